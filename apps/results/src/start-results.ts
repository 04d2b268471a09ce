import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { connectBroker, type Consumer } from '@sluice/broker';
import { createDatabase } from '@sluice/database';
import { openObjectStore, readSealingKey } from '@sluice/object-store';
import { RpcServer } from '@sluice/rpc';
import {
  createMetrics,
  nestLogger,
  startManagement,
  startStatusReports,
  type Logger,
  type StopStep,
} from '@sluice/runtime';
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
import { NoticeRestarts } from './find-lost-scans/notice-restarts.service.js';
import { MoveWaitingMail } from './find-lost-scans/move-waiting-mail.service.js';
import { EndHolds } from './hold-mail/end-holds.service.js';
import { HoldMail } from './hold-mail/hold-mail.service.js';
import { RefuseHeld } from './hold-mail/refuse-held.service.js';
import { KeepObjects } from './keep-objects/keep-objects.service.js';
import { SealObjects } from './keep-objects/seal-objects.service.js';
import { announceRecorded } from './record-verdicts/announce-recorded.js';
import { RecordVerdicts } from './record-verdicts/record-verdicts.service.js';
import { consumeVerdicts } from './record-verdicts/verdicts.consumer.js';
import { readinessChecks } from './report-health/readiness.js';
import { ResultsMetrics } from './report-health/results-metrics.js';
import { ReleaseMail } from './release-mail/release-mail.service.js';
import { AdvanceWaves } from './rescan-kept/advance-waves.service.js';
import { RescanKept } from './rescan-kept/rescan-kept.service.js';
import { RescanObjects } from './rescan-objects/rescan-objects.service.js';
import type { ResultsConfig } from './results.config.js';
import { ResultsModule } from './results.module.js';
import { RetryScans } from './retry-scans/retry-scans.service.js';
import { CopyOut } from './sweep-groups/copy-out.service.js';
import { SharesFiles } from './sweep-groups/shares-files.service.js';
import { SweepGroups } from './sweep-groups/sweep-groups.service.js';
import { startLockedTasks } from './locked-tasks/start-locked-tasks.js';

/** Below the 5 s after which a caller has given up, so that a frozen server is told as 503 and not as silence. */
const queryTimeoutMs = 4000;
const requestsAtOnce = 64;
/** Verdicts in hand at a stop get this long to be committed. */
const finishingMs = 5000;

export interface RunningResults {
  readonly managementPort: number;
  readonly stopSteps: readonly StopStep[];
}

/** Brings the service up; broker and database may come later, readiness tells. */
export async function startResults(config: ResultsConfig, logger: Logger): Promise<RunningResults> {
  const database = createDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    queryTimeoutMs,
    logger,
    name: `sluice-results ${config.INSTANCE}`.slice(0, 63),
  });
  const store = await openObjectStore(config.OBJECT_STORE_URL);
  const broker = await connectBroker({
    url: config.AMQP_URL,
    name: `results ${config.INSTANCE}`,
    heartbeatSeconds: config.AMQP_HEARTBEAT_SECONDS,
    after: config.AMQP_AFTER,
    declares: config.SCAN_QUEUE_TYPE,
    logger,
  });
  const registry = createMetrics('results');
  const metrics = new ResultsMetrics(registry, database);

  const groups = new SweepGroups({ database, store, logger, onDeleted: metrics.countGroup });
  const shared = new CopyOut({ database, store, logger, note: groups.note });
  const shares = new SharesFiles(database, logger).start();
  const afterRecording = announceRecorded({
    broker,
    store,
    logger,
    count: metrics.countVerdict,
    onFreed: groups.note,
    onKept: () => turns.objectKept(),
  });
  const records = new RecordVerdicts(database, afterRecording);
  const lost = new FindLostScans(database, broker, config.AMQP_HEARTBEAT_SECONDS, logger);
  const turns = startLockedTasks(
    database,
    {
      lost,
      restarts: new NoticeRestarts({ database, broker, queueType: config.SCAN_QUEUE_TYPE, logger }),
      retries: new RetryScans(database, broker, logger),
      objects: new KeepObjects(database, store, logger, groups.note),
      holds: new EndHolds(database),
      groups,
      copies: shared,
      seals: await sealing(config.QUARANTINE_PUBLIC_KEY_FILE, { database, store, logger }),
      records: new ExpireRecords(database),
      waves: new AdvanceWaves(database, logger),
    },
    logger,
  );

  const moving = new MoveWaitingMail({ broker, database, queueType: config.SCAN_QUEUE_TYPE, logger });
  moving.start();

  broker.onConnected(turns.brokerBack);

  const server = new RpcServer({ broker, prefetch: requestsAtOnce });
  const app = await NestFactory.createMicroservice(
    ResultsModule.with({
      database,
      accepts: new AcceptScans(database, metrics.countAccepts, afterRecording, groups.note),
      shares,
      deletes: new DeleteScans(database),
      begins: new CountBegins(database, records),
      rescans: new RescanObjects(database, store, turns.retriesNow, shared),
      waves: new RescanKept(database, store, turns.retriesNow),
      releases: new ReleaseMail(database, store, logger, shared),
      holds: new HoldMail({ database, store, shared, count: metrics.countHold }),
      refusals: new RefuseHeld(database),
    }),
    { strategy: server, logger: nestLogger(logger), abortOnError: false },
  );
  app.useGlobalFilters(new AnswerFaults(logger));
  await app.listen();

  const onMarker = async (markerId: string) => {
    // One that cannot be noted now is as good as lost; the next comes in 15 s.
    await lost.noteReturned(markerId).catch((err: unknown) => logger.debug({ err }, 'marker not noted'));
    turns.lostNow();
  };
  const verdicts = consumeVerdicts({ broker, records, onMarker, logger });
  const others: Consumer[] = [
    consumeStatus(broker, database, logger),
    consumeDeadLetters(broker, new CollectDeadLetters(database, records), logger),
  ];

  const management = await startManagement({
    app,
    host: config.MANAGEMENT_HOST,
    port: config.MANAGEMENT_PORT,
    checks: readinessChecks({ database, broker, server, consumers: [verdicts, ...others] }),
    metrics: registry,
  });
  const status = startStatusReports({
    service: 'results',
    instance: config.INSTANCE,
    broker,
    management,
    logger,
  });
  logger.info({ managementPort: management.port }, 'results started');

  const stopConsumers = async () => {
    await Promise.all([verdicts, ...others].map((one) => one.stop(finishingMs)));
    // What is left goes back to its queue.
    records.stop();
  };
  return {
    managementPort: management.port,
    stopSteps: [
      { name: 'status reports', run: () => status.stop() },
      { name: 'looks at services', run: () => shares.stop() },
      { name: 'requests', run: () => app.close() },
      { name: 'background work', run: () => turns.stop() },
      { name: 'waiting mail', run: () => moving.stop(finishingMs) },
      { name: 'consumers', run: stopConsumers },
      { name: 'broker', run: () => broker.close() },
      { name: 'database', run: () => database.end() },
      { name: 'object store', run: () => store.close() },
      { name: 'management', run: () => management.close() },
    ],
  };
}

/** Null: nothing is sealed. Rejects where it cannot be, rather than keep in the clear what should not be. */
async function sealing(
  publicKeyFile: string | undefined,
  deps: Omit<ConstructorParameters<typeof SealObjects>[0], 'publicKeyFile'>,
): Promise<SealObjects | null> {
  if (publicKeyFile === undefined) {
    deps.logger.warn(
      'QUARANTINE_PUBLIC_KEY_FILE is not set: what is kept for quarantine is not encrypted (docs/operations.md)',
    );
    return null;
  }
  await readSealingKey(publicKeyFile);
  return new SealObjects({ ...deps, publicKeyFile });
}
