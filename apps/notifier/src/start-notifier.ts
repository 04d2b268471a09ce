import { hostname } from 'node:os';
import { connectBroker } from '@sluice/broker';
import { exchanges, queues, type ServiceStatus } from '@sluice/contracts';
import { createDatabase } from '@sluice/database';
import {
  createLogger,
  createMetrics,
  softwareVersion,
  startManagement,
  startStatusReports,
  stopInOrder,
} from '@sluice/runtime';
import { schemaProblem } from '@sluice/schema';
import { ensureSealingKey, openSecretsWith } from './keep-secrets/sealing-key.js';
import type { NotifierConfig } from './notifier.config.js';
import { countAttempts } from './report-health/notifier-metrics.js';
import { startWork } from './start-work.js';

const queryTimeoutMs = 10_000;
/** Attempts under way get this long when the service stops; then they are given back. */
const graceMs = 5000;
const stopDeadlineMs = 20_000;

/** Brings the service up and leaves it running; broker and database may come later. */
export async function startNotifier(config: NotifierConfig): Promise<void> {
  const logger = createLogger({ service: 'notifier', instance: config.INSTANCE, level: config.LOG_LEVEL });
  const privateKeyPem = await ensureSealingKey(config.NOTIFIER_KEY_FILE);
  const database = createDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    queryTimeoutMs,
    logger,
    name: `sluice-notifier ${config.INSTANCE}`.slice(0, 63),
  });
  const broker = await connectBroker({
    url: config.AMQP_URL,
    heartbeatSeconds: config.AMQP_HEARTBEAT_SECONDS,
    name: `notifier ${config.INSTANCE}`,
    logger,
  });
  const metrics = createMetrics('notifier');
  const work = startWork({
    database,
    logger,
    privateKeyPem,
    instance: config.INSTANCE,
    openSecrets: openSecretsWith(privateKeyPem),
    version: softwareVersion,
    consoleUrl: config.CONSOLE_URL,
    hostName: hostname(),
    onAttempt: countAttempts(metrics),
  });

  // The broker only hears that it lives: without it notifications go out all the same, so it is no part of readiness.
  const checks = {
    database: async () => {
      const problem = await schemaProblem((sql) => database.query(sql));
      if (problem !== null) throw new Error(problem);
    },
  };
  const management = await startManagement({
    host: config.MANAGEMENT_HOST,
    port: config.MANAGEMENT_PORT,
    checks,
    metrics,
  });
  const reports = startStatusReports({
    collect: async () => ({
      ...statusOf(config.INSTANCE, await management.problems()),
      busySlots: work.busy,
    }),
    send: (message) =>
      broker.publish({
        exchange: exchanges.rpc.name,
        routingKey: queues.status.routingKey,
        message,
        persistent: false,
      }),
    logger,
  });
  logger.info({ managementPort: management.port, version: softwareVersion }, 'notifier started');

  stopInOrder(
    logger,
    [
      { name: 'status reports', run: () => reports.stop() },
      { name: 'deliveries', run: () => work.stop(graceMs) },
      { name: 'broker', run: () => broker.close() },
      { name: 'database', run: () => database.end() },
      { name: 'management', run: () => management.close() },
    ],
    stopDeadlineMs,
  );
}

const startedAt = new Date().toISOString();

const statusOf = (instance: string, problems: string[]): ServiceStatus => ({
  v: 1,
  service: 'notifier',
  instance,
  version: softwareVersion,
  startedAt,
  isReady: problems.length === 0,
  problems,
  engines: [],
  busySlots: 0,
  slots: 0,
  certificateFingerprint: null,
  certificateNotAfter: null,
  isLoopback: null,
});
