import type { NestExpressApplication } from '@nestjs/platform-express';
import { connectBroker, type Broker } from '@sluice/broker';
import { createDatabase, type Database } from '@sluice/database';
import { RpcClient } from '@sluice/rpc';
import type { Logger, StopStep } from '@sluice/runtime';
import { ensureKeyPair, watchKeyPair, type KeyPair, type KeyPairWatch } from '@sluice/tls';
import { Resolver } from 'node:dns/promises';
import type { Server } from 'node:https';
import path from 'node:path';
import type { ConsoleConfig } from './console.config.js';
import { createConsoleApp } from './create-console-app.js';
import { manageConsole } from './manage-console.js';
import { PreparationService } from './lifecycle/preparation.service.js';
import { BackgroundService } from './lifecycle/background.service.js';

const queryTimeoutMs = 5000;
const resolveTimeoutMs = 2000;
/** Longest that requests on their way hold up a stop. */
const closeServerMs = 5000;

/** Built from apps/console-web, beside this app wherever both are. */
const pagesFolder = path.resolve(import.meta.dirname, '../../console-web/dist');

export interface Connections {
  readonly database: Database;
  readonly broker: Broker;
  readonly rpc: RpcClient;
}

/**
 * Starts everything and returns the steps of an orderly stop. Database and broker may come later: until they do the
 * console answers 503 and is not ready.
 */
export async function startConsole(config: ConsoleConfig, logger: Logger): Promise<StopStep[]> {
  const keyFiles = { certFile: config.CONSOLE_TLS_CERT_FILE, keyFile: config.CONSOLE_TLS_KEY_FILE };
  const keyPair = await ensureKeyPair({ ...keyFiles, names: config.CONSOLE_NAMES });
  const connections = await connect(config, logger);
  const resolver = new Resolver({ timeout: resolveTimeoutMs, tries: 1 });
  const app = await createConsoleApp({ config, logger, resolver, pagesFolder, ...connections }, keyPair);
  await app.listen(config.CONSOLE_PORT, config.CONSOLE_HOST);
  logger.info({ host: config.CONSOLE_HOST, port: config.CONSOLE_PORT }, 'console listens');
  const [preparation, background] = [app.get(PreparationService), app.get(BackgroundService)];
  preparation.begin(() => background.start());
  const watch = useNewKeyPairs(app, { ...keyFiles, keyPair }, logger);
  const management = await manageConsole({ app, config, connections, logger });
  return [
    { name: 'certificate', run: () => watch.stop() },
    { name: 'preparation', run: () => preparation.stop() },
    { name: 'requests', run: () => closeServer(app) },
    { name: 'background', run: () => background.stop() },
    { name: 'management', run: () => management.close() },
    { name: 'requests to results', run: () => connections.rpc.close() },
    { name: 'broker', run: () => connections.broker.close() },
    { name: 'database', run: () => connections.database.end() },
  ];
}

async function connect(config: ConsoleConfig, logger: Logger): Promise<Connections> {
  const name = `console ${config.INSTANCE}`;
  const poolSize = config.DATABASE_POOL_SIZE;
  const database = createDatabase({ url: config.DATABASE_URL, poolSize, queryTimeoutMs, logger, name });
  const broker = await connectBroker({
    url: config.AMQP_URL,
    name,
    heartbeatSeconds: config.AMQP_HEARTBEAT_SECONDS,
    after: config.AMQP_AFTER,
    logger,
  });
  return { database, broker, rpc: new RpcClient(broker.openRequests()) };
}

function useNewKeyPairs(
  app: NestExpressApplication,
  files: { certFile: string; keyFile: string; keyPair: KeyPair },
  logger: Logger,
): KeyPairWatch {
  const use = ({ certPem, keyPem }: KeyPair): void => {
    (app.getHttpServer() as Server).setSecureContext({ cert: certPem, key: keyPem });
    logger.info('a new server certificate is in use');
  };
  return watchKeyPair(files, use, {
    current: files.keyPair,
    onProblem: (err) => logger.warn({ err }, 'the new key pair cannot be used; the former one stays'),
  });
}

/** Requests on their way are answered, idle connections closed at once. */
async function closeServer(app: NestExpressApplication): Promise<void> {
  const server = app.getHttpServer() as Server;
  const timer = setTimeout(() => server.closeAllConnections(), closeServerMs);
  server.closeIdleConnections();
  await app.close();
  clearTimeout(timer);
}
