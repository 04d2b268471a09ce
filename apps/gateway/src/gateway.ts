import type { Registry } from 'prom-client';
import type { ReachedLimit, Sighting } from '@sluice/contracts';
import type { ObjectStore, PasswordSeal } from '@sluice/object-store';
import type { RegistryFeed } from '@sluice/registry-feed';
import type { Logger } from '@sluice/runtime';
import type { KeyPair } from '@sluice/tls';
import type { AddressList } from '@sluice/runtime';
import { AnswerExchange } from './answer-requests/answer-exchange.js';
import { createRoutes } from './answer-requests/route-request.js';
import type { Ledger } from './ask-ledger/ledger.js';
import { SightingReports } from './authorise-callers/report-sightings.service.js';
import { DeleteScans } from './delete-scans/delete-scans.controller.js';
import type { GatewayLimits } from './gateway-limits.js';
import { createGatewayMetrics } from './gateway-metrics.js';
import { createGatewayServer } from './gateway-server.js';
import type { GatewayServer } from './gateway-server.js';
import { HoldMail } from './hold-mail/hold-mail.controller.js';
import { HeldRequests } from './hold-requests/held-requests.js';
import type { EndedScans } from './hold-requests/held-requests.js';
import { ListDetects } from './list-detects/list-detects.controller.js';
import { ListStates } from './list-states/list-states.controller.js';
import { ReadReport } from './read-report/read-report.controller.js';
import { DoubtfulSubmissions } from './submit-scan/doubtful-submissions.js';
import { JobPublisher } from './submit-scan/publish-jobs.service.js';
import type { JobBroker } from './submit-scan/publish-jobs.service.js';
import { ReachedLimits } from './reached-limits.js';
import { FileSharing } from './submit-scan/file-sharing.js';
import { StallWatch } from './submit-scan/stall-watch.js';
import { StoreSpace } from './submit-scan/store-space.js';
import { type GatewayStore, SubmitScan } from './submit-scan/submit-scan.controller.js';

/** Everything outside the gateway's own code, so that specs can put a fake in place of each. */
export interface GatewayDeps {
  readonly keyPair: KeyPair;
  readonly registry: RegistryFeed;
  readonly ledger: Ledger;
  readonly jobBroker: JobBroker;
  readonly store: GatewayStore & Pick<ObjectStore, 'freeBytes'>;
  readonly seal: PasswordSeal | null;
  readonly reserveBytes: number;
  readonly mayShareFiles: boolean;
  readonly sendSighting: (sighting: Sighting) => Promise<void>;
  readonly proxyFrom: AddressList;
  readonly limits: GatewayLimits;
  readonly metrics: Registry;
  readonly logger: Logger;
}

export interface Gateway {
  readonly server: GatewayServer;
  wake(hint: EndedScans): void;
  /** Bounds that callers reached lately. */
  reachedLimits(): ReachedLimit[];
  /** Throws when an object could not be stored: a readiness check. */
  assertStoreReady(): Promise<void>;
  stop(deadlineMs: number): Promise<void>;
}

/** Puts the gateway together. It does not listen yet. */
export async function createGateway(around: GatewayDeps): Promise<Gateway> {
  const { registry, ledger, store, limits, logger } = around;
  const metrics = createGatewayMetrics(around.metrics);
  const reached = new ReachedLimits(metrics.limitsReached);
  const held = new HeldRequests(limits.hold, {
    onCount: (change) => metrics.held.inc(change),
    onFull: () => reached.note('held-requests'),
  });
  const space = new StoreSpace(store, around.reserveBytes, (err) =>
    logger.warn({ err }, 'free space of the object store is unknown'),
  );
  await space.measure();
  const jobs = new JobPublisher(around.jobBroker, (err, submissionId) =>
    logger.warn({ err, submissionId }, 'job not confirmed'),
  );
  const doubts = new DoubtfulSubmissions({ ledger, jobs, logger });
  const fileSharing = new FileSharing({
    isAllowed: around.mayShareFiles,
    ledger,
    limits: limits.fileSharing,
    onDead: (bytes) => metrics.deadBytes.inc(bytes),
  });
  const waiting = { ledger, held, maxWaitSeconds: limits.hold.maxSeconds };
  const route = createRoutes({
    registry,
    submitScan: new SubmitScan({
      registry,
      ledger,
      jobs,
      doubts,
      store,
      seal: around.seal,
      space,
      fileSharing,
      stallWatch: new StallWatch(limits.stall),
      held,
      limits,
      metrics,
      logger,
    }),
    listStates: new ListStates(waiting),
    readReport: new ReadReport(waiting),
    deleteScans: new DeleteScans(ledger),
    holdMail: new HoldMail(ledger),
    listDetects: new ListDetects(ledger),
  });
  const sightings = new SightingReports({
    registry,
    send: around.sendSighting,
    onProblem: (err) => logger.debug({ err }, 'sighting not sent'),
    onFull: () => reached.note('caller-reports'),
  });
  const { maxUnauthorisedAnswers } = limits;
  const answers = new AnswerExchange({
    registry,
    route,
    sightings,
    metrics,
    logger,
    maxUnauthorisedAnswers,
  });
  const server = createGatewayServer({ ...around, answers, reached });
  registry.onCutOff((pair) => server.endConnectionsOf(pair));
  metrics.watchConnections(() => server.connections);
  return {
    server,
    wake: (hint) => held.wake(hint),
    reachedLimits: () => reached.recent(),
    assertStoreReady: () => probeStore(store, space),
    stop: async (deadlineMs) => {
      held.stop();
      await server.stop(deadlineMs);
      await space.stop();
      await doubts.stop();
      await jobs.flush();
    },
  };
}

async function probeStore(store: Pick<ObjectStore, 'create'>, space: StoreSpace): Promise<void> {
  if (!space.hasRoomFor(0)) throw new Error('free space is below the reserve');
  const writer = await store.create();
  await writer.abort();
}
