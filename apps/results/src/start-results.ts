import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { connectBroker, type Broker, type Consumer } from '@sluice/broker';
import { exchanges, queues, type ServiceStatus } from '@sluice/contracts';
import { createDatabase, type Database } from '@sluice/database';
import { openObjectStore } from '@sluice/object-store';
import { RpcServer } from '@sluice/rpc';
import {
  createLogger,
  createMetrics,
  nestLogger,
  softwareVersion,
  startManagement,
  startStatusReports,
  stopInOrder,
  type ReadinessChecks,
} from '@sluice/runtime';
import { schemaProblem } from '@sluice/schema';
import { AcceptScans } from './accept-scans/accept-scans.service.js';
import { AnswerFaults } from './answer-faults/answer-faults.js';
import {
  CollectDeadLetters,
  consumeDeadLetters,
} from './collect-dead-letters/collect-dead-letters.service.js';
import { consumeStatus } from './collect-status/collect-status.consumer.js';
import { CountBegins } from './count-begins/count-begins.service.js';
import { DeleteScans } from './delete-scans/delete-scans.service.js';
import { ExpireRecords } from './expire-records/expire-records.service.js';
import { FindLostScans } from './find-lost-scans/find-lost-scans.service.js';
import { KeepObjects } from './keep-objects/keep-objects.service.js';
import { announceRecorded } from './record-verdicts/announce-recorded.js';
import { RecordVerdicts } from './record-verdicts/record-verdicts.service.js';
import { consumeVerdicts } from './record-verdicts/verdicts.consumer.js';
import { ResultsMetrics } from './report-health/results-metrics.js';
import { RescanObjects } from './rescan-objects/rescan-objects.service.js';
import type { ResultsConfig } from './results.config.js';
import { ResultsModule, type ResultsServices } from './results.module.js';
import { RetryScans } from './retry-scans/retry-scans.service.js';
import { startTurns } from './take-turns/start-turns.js';

/** Below the 5 s after which a caller has given up, so that a frozen server is told as 503 and not as silence. */
const queryTimeoutMs = 4000;
const requestsAtOnce = 64;
const stopDeadlineMs = 20_000;

/** Brings the service up and leaves it running; broker and database may come later. */
export async function startResults(config: ResultsConfig): Promise<void> {
  const logger = createLogger({ service: 'results', instance: config.INSTANCE, level: config.LOG_LEVEL });
  const database = createDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    queryTimeoutMs,
    logger,
    name: `sluice-results ${config.INSTANCE}`.slice(0, 63),
  });
  const store = await openObjectStore(config.OBJECT_STORE_URL);
  const connection = { url: config.AMQP_URL, heartbeatSeconds: config.AMQP_HEARTBEAT_SECONDS, logger };
  const broker = await connectBroker({
    ...connection,
    name: `results ${config.INSTANCE}`,
    declaresTopology: true,
  });
  const registry = createMetrics('results');
  const metrics = new ResultsMetrics(registry);

  const records = new RecordVerdicts(
    database,
    announceRecorded({ broker, store, logger, count: metrics.countVerdict }),
  );
  const lost = new FindLostScans(database, broker, config.AMQP_HEARTBEAT_SECONDS, logger);
  const retries = new RetryScans(database, broker, logger);
  const objects = new KeepObjects(database, store, logger);
  const turns = startTurns(
    database,
    { retries, lost, objects, records: new ExpireRecords(database) },
    logger,
  );
  const services: ResultsServices = {
    database,
    accepts: new AcceptScans(database, metrics.countAccepts),
    deletes: new DeleteScans(database),
    begins: new CountBegins(database, records),
    rescans: new RescanObjects(database, turns.retriesNow),
  };

  const server = new RpcServer({
    ...connection,
    name: `results requests ${config.INSTANCE}`,
    prefetch: requestsAtOnce,
  });
  const app = await NestFactory.createMicroservice(ResultsModule.with(services), {
    strategy: server,
    logger: nestLogger(logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new AnswerFaults(logger));
  // Resolves with the first connection to the broker; readiness tells until then.
  void app.listen();

  const onMarker = async (markerId: string) => {
    // One that can't be noted now is as good as lost; the next comes in 15 s.
    await lost.noteReturned(markerId).catch((err: unknown) => logger.debug({ err }, 'marker not noted'));
    turns.lostNow();
  };
  const verdicts = consumeVerdicts({ broker, records, onMarker, logger });
  const status = consumeStatus(broker, database, logger);
  const dead = consumeDeadLetters(broker, new CollectDeadLetters(database, records), logger);

  const checks = readinessChecks({ database, broker, server, verdicts });
  const management = await startManagement({
    host: config.MANAGEMENT_HOST,
    port: config.MANAGEMENT_PORT,
    checks,
    metrics: registry,
  });
  const reports = startStatusReports({
    collect: async () => {
      await metrics.refresh(database).catch(() => undefined); // told by the readiness check
      return statusOf(config.INSTANCE, await management.problems());
    },
    send: (message) =>
      broker.publish({
        exchange: exchanges.rpc.name,
        routingKey: queues.status.routingKey,
        message,
        persistent: false,
      }),
    logger,
  });
  logger.info({ managementPort: management.port, version: softwareVersion }, 'results started');

  stopInOrder(
    logger,
    [
      { name: 'status reports', run: () => reports.stop() },
      { name: 'requests', run: () => app.close() },
      { name: 'background work', run: () => turns.stop() },
      { name: 'verdicts', run: () => stopConsumers(records, [verdicts, dead, status]) },
      { name: 'broker', run: () => broker.close() },
      { name: 'database', run: () => database.end() },
      { name: 'object store', run: () => store.close() },
      { name: 'management', run: () => management.close() },
    ],
    stopDeadlineMs,
  );
}

interface Checked {
  readonly database: Database;
  readonly broker: Broker;
  readonly server: RpcServer;
  readonly verdicts: Consumer;
}

function readinessChecks({ database, broker, server, verdicts }: Checked): ReadinessChecks {
  return {
    broker: () => broker.assertReady(),
    requests: () => server.assertReady(),
    verdicts: () => {
      if (!verdicts.isActive) throw new Error('not taking verdicts from the broker');
    },
    database: async () => {
      const problem = await schemaProblem((sql) => database.query(sql));
      if (problem !== null) throw new Error(problem);
    },
  };
}

const startedAt = new Date().toISOString();

const statusOf = (instance: string, problems: string[]): ServiceStatus => ({
  v: 1,
  service: 'results',
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

/** Those in hand get a few seconds to be committed; what is left goes back to its queue. */
async function stopConsumers(records: RecordVerdicts, consumers: readonly Consumer[]): Promise<void> {
  await Promise.all(consumers.map((one) => one.stop(5000)));
  records.stop();
}
