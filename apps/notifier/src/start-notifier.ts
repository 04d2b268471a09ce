import 'reflect-metadata';
import { hostname } from 'node:os';
import { NestFactory } from '@nestjs/core';
import { connectBroker } from '@sluice/broker';
import { createDatabase } from '@sluice/database';
import {
  createLogger,
  createMetrics,
  ReadinessModule,
  nestLogger,
  softwareVersion,
  startManagement,
  startStatusReports,
  stopInOrder,
} from '@sluice/runtime';
import { SchemaCheck } from '@sluice/schema';
import { ensureSealingKey, openSecretsWith } from './keep-secrets/sealing-key.js';
import type { NotifierConfig } from './notifier.config.js';
import { prepareReleases } from './release-mail/prepare-releases.js';
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
    after: config.AMQP_AFTER,
    name: `notifier ${config.INSTANCE}`,
    logger,
  });
  const metrics = createMetrics('notifier');
  const work = startWork({
    database,
    broker,
    logger,
    privateKeyPem,
    instance: config.INSTANCE,
    openSecrets: openSecretsWith(privateKeyPem),
    version: softwareVersion,
    consoleUrl: config.CONSOLE_URL,
    hostName: hostname(),
    onAttempt: countAttempts(metrics),
    releases: prepareReleases(config, hostname()),
  });

  // The broker only hears that it lives: without it notifications go out all the same, so it is no part of readiness.
  const schema = new SchemaCheck((sql, values) => database.query(sql, values));
  const checks = {
    database: async () => {
      const problem = await schema.problem();
      if (problem !== null) throw new Error(problem);
    },
  };
  const app = await NestFactory.createApplicationContext(ReadinessModule, {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  const management = await startManagement({
    app,
    host: config.MANAGEMENT_HOST,
    port: config.MANAGEMENT_PORT,
    checks,
    metrics,
  });
  const reports = startStatusReports({
    service: 'notifier',
    instance: config.INSTANCE,
    details: () => ({ busySlots: work.busy }),
    management,
    broker,
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
      { name: 'application', run: () => app.close() },
    ],
    stopDeadlineMs,
  );
}
