import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Registry } from 'prom-client';
import type { Broker } from '@sluice/broker';
import { finishedHintSchema, streams } from '@sluice/contracts';
import type { FolderObjectStore } from '@sluice/object-store';
import type { RegistryFeed } from '@sluice/registry-feed';
import type { RpcClient } from '@sluice/rpc';
import { nestLogger, startManagement } from '@sluice/runtime';
import type { Logger, Management, StopStep } from '@sluice/runtime';
import { watchKeyPair } from '@sluice/tls';
import type { KeyPair, KeyPairWatch } from '@sluice/tls';
import type { GatewayConfig } from './gateway.config.js';
import type { Gateway } from './gateway.js';
import {
  brokerToken,
  GatewayModule,
  gatewayToken,
  keyPairToken,
  metricsToken,
  registryToken,
  rpcToken,
  storeToken,
} from './gateway.module.js';
import { startStatus } from './report-status.js';

/** Longest that requests on their way hold up a stop. */
const finishRequestsMs = 10_000;

interface Parts {
  readonly broker: Broker;
  readonly rpc: RpcClient;
  readonly store: FolderObjectStore;
  readonly registry: RegistryFeed;
  readonly gateway: Gateway;
  readonly metrics: Registry;
  readonly keyPair: KeyPair;
}

/**
 * Starts everything and returns the steps of an orderly stop. Broker and `results` may come later: until they do the
 * gateway answers 503 and is not ready.
 */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<StopStep[]> {
  const app = await NestFactory.createApplicationContext(GatewayModule.with(config, logger), {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  const parts = readParts(app);
  const { broker, rpc, store, registry, gateway } = parts;
  wakeOnHints(parts);
  const address = await gateway.server.listen(config.GATEWAY_HOST, config.GATEWAY_PORT);
  logger.info({ host: address.address, port: address.port }, 'gateway listens');
  let isStopping = false;
  const management = await manage({ app, config, parts, isStopping: () => isStopping });
  const current = { keyPair: parts.keyPair };
  const watch = useNewKeyPairs(config, { gateway, current, logger });
  const status = startStatus({ config, logger, broker, management, address, current, gateway });
  return [
    { name: 'readiness', run: () => void (isStopping = true) },
    { name: 'balancer', run: () => delay(config.GATEWAY_LEAVE_SECONDS * 1000) },
    { name: 'requests', run: () => gateway.stop(finishRequestsMs) },
    { name: 'certificate', run: () => watch.stop() },
    { name: 'status', run: () => status.stop() },
    { name: 'registry', run: () => registry.stop() },
    { name: 'management', run: () => management.close() },
    { name: 'requests to results', run: () => rpc.close() },
    { name: 'broker', run: () => broker.close() },
    { name: 'object store', run: () => store.close() },
    { name: 'application', run: () => app.close() },
  ];
}

const readParts = (app: INestApplicationContext): Parts => ({
  broker: app.get(brokerToken),
  rpc: app.get(rpcToken),
  store: app.get(storeToken),
  registry: app.get(registryToken),
  gateway: app.get(gatewayToken),
  metrics: app.get(metricsToken),
  keyPair: app.get(keyPairToken),
});

/** Requests that wait look again when `results` says that something ended. */
function wakeOnHints({ broker, gateway }: Parts): void {
  broker.subscribe({
    stream: streams.finished,
    onMessage: (content) => {
      const hint = finishedHintSchema.safeParse(content);
      if (hint.success) gateway.wake(hint.data);
    },
  });
}

function manage(options: {
  readonly app: INestApplicationContext;
  readonly config: GatewayConfig;
  readonly parts: Parts;
  readonly isStopping: () => boolean;
}): Promise<Management> {
  const { app, config, parts } = options;
  return startManagement({
    app,
    host: config.MANAGEMENT_HOST,
    port: config.MANAGEMENT_PORT,
    metrics: parts.metrics,
    checks: {
      intake: () => {
        if (options.isStopping()) throw new Error('stopping');
      },
      broker: () => parts.broker.assertReady(),
      results: () => parts.rpc.assertReady(),
      registry: () => {
        if (!parts.registry.isCurrent) throw new Error('the registry is not loaded or not current');
      },
      'object store': () => parts.gateway.assertStoreReady(),
    },
  });
}

function useNewKeyPairs(
  config: GatewayConfig,
  {
    gateway,
    current,
    logger,
  }: { readonly gateway: Gateway; readonly current: { keyPair: KeyPair }; readonly logger: Logger },
): KeyPairWatch {
  const files = { certFile: config.GATEWAY_TLS_CERT_FILE, keyFile: config.GATEWAY_TLS_KEY_FILE };
  const use = (pair: KeyPair): void => {
    gateway.server.setKeyPair(pair);
    current.keyPair = pair;
    logger.info('a new server certificate is in use');
  };
  return watchKeyPair(files, use, {
    current: current.keyPair,
    onProblem: (err) => logger.warn({ err }, 'the new key pair cannot be used; the former one stays'),
  });
}
