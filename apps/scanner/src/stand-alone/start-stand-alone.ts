import { createHash, randomUUID } from 'node:crypto';
import {
  type EngineStatus,
  type ObjectType,
  type Settings,
  type Verdict,
  defaultSettings,
} from '@sluice/contracts';
import { ClamavEngine } from '@sluice/engine-clamav';
import type { ObjectStore } from '@sluice/object-store';
import { createLogger, createMetrics } from '@sluice/runtime';
import { AllowList } from '../examine-object/allow-list.js';
import { CallLimit } from '../examine-object/call-limit.js';
import { ExamineObjectService } from '../examine-object/examine-object.service.js';
import { Inspector } from '../examine-object/inspector.js';
import { ScannerMetrics } from '../scanner-metrics.js';
import { BrokenOff } from '../take-jobs/broken-off.js';
import { ScanJobService } from '../take-jobs/scan-job.service.js';
import { WatchEnginesService } from '../watch-engines/watch-engines.service.js';

export interface StandAloneOptions {
  readonly store: ObjectStore;
  readonly clamdUrl: string;
  readonly clamdMaxObjectBytes: number;
  readonly rulesFolder: string | null;
  readonly denyFile: string | null;
  readonly allowFile: string | null;
  /** Scans at once. */
  readonly slots: number;
  readonly settings?: Partial<Settings>;
}

/** A scanner without broker and ledger: what it says of an object is what the ledger would be sent. */
export interface StandAlone {
  /** As of the last self-test. */
  readonly statuses: ReadonlyMap<string, EngineStatus>;
  scan(bytes: Buffer, objectType: ObjectType): Promise<Verdict>;
  close(): Promise<void>;
}

const healthyWithinMs = 180_000;

/** The scanner's own pieces, put together as its module does. Rejects when an engine is not healthy. */
export async function startStandAlone(options: StandAloneOptions): Promise<StandAlone> {
  const { store, rulesFolder, denyFile, allowFile, slots } = options;
  const settings: Settings = { ...defaultSettings, allowTestSignatures: true, ...options.settings };
  const clamav = new ClamavEngine({
    url: options.clamdUrl,
    maxObjectBytes: options.clamdMaxObjectBytes,
    heuristics: () => settings.clamavHeuristics,
  });
  const places = {
    YARA_RULES_DIR: rulesFolder ?? undefined,
    HASH_DENY_FILE: denyFile ?? undefined,
    HASH_ALLOW_FILE: allowFile ?? undefined,
  };
  const inspector = new Inspector(places, { others: slots, mail: 0 });
  const logger = createLogger({ service: 'scanner', instance: 'stand-alone', level: 'error' });
  const engines = new WatchEnginesService(
    [
      { name: clamav.name, test: async () => [await clamav.selfTest()] },
      { name: 'inspector', test: () => inspector.selfTest() },
    ],
    logger,
  );
  const close = async (): Promise<void> => {
    await engines.stop();
    await Promise.all([clamav.close(), inspector.close()]);
  };
  engines.start();
  // On a busy machine the first answers may come too late.
  if (!(await engines.whenHealthy(healthyWithinMs))) {
    const problems = engines.problems.join('; ');
    await close();
    throw new Error(`an engine is not healthy: ${problems}`);
  }
  const jobs = new ScanJobService({
    examiner: new ExamineObjectService(
      store,
      [clamav],
      inspector,
      new AllowList(inspector.inUse['hash-list']),
    ),
    callsOfOthers: new CallLimit(Number.POSITIVE_INFINITY),
    engines,
    logger,
    scanner: 'stand-alone',
    settings: () => settings,
    givenPasswords: { of: () => Promise.resolve([]) },
    // No ledger knows these verdicts.
    decisionSet: { begin: () => () => null },
    isMailHeldUp: () => false,
    brokenOff: new BrokenOff(),
    metrics: new ScannerMetrics(createMetrics('scanner'), { busySlots: () => 0, engines: () => [] }),
  });
  return {
    get statuses() {
      return engines.statuses;
    },
    scan: (bytes, objectType) => scanBytes({ store, jobs }, bytes, objectType),
    close,
  };
}

async function scanBytes(
  { store, jobs }: { store: ObjectStore; jobs: ScanJobService },
  bytes: Buffer,
  objectType: ObjectType,
): Promise<Verdict> {
  const writer = await store.create();
  await writer.write(bytes);
  await writer.commit();
  try {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const verdict = await jobs.scan(
      {
        kind: 'job',
        v: 1,
        submissionId: randomUUID(),
        objectKey: writer.key,
        sizeBytes: bytes.length,
        sha256,
        objectType,
      },
      { queue: 'light', slot: { keepFromOthers: () => undefined, becomeAlone: () => Promise.resolve() } },
    );
    if (verdict === null) throw new Error('an engine broke and did not come back');
    return verdict;
  } finally {
    await store.delete(writer.key);
  }
}
