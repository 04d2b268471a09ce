import type { Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import type { ExpireRecords } from '../expire-records/expire-records.service.js';
import type { EndHolds } from '../hold-mail/end-holds.service.js';
import { markerIntervalMs, type FindLostScans } from '../find-lost-scans/find-lost-scans.service.js';
import type { NoticeRestarts } from '../find-lost-scans/notice-restarts.service.js';
import type { KeepObjects } from '../keep-objects/keep-objects.service.js';
import type { SealObjects } from '../keep-objects/seal-objects.service.js';
import { nextLookMs } from '../retry-scans/next-look.js';
import type { RetryScans } from '../retry-scans/retry-scans.service.js';
import type { AdvanceWaves } from '../rescan-kept/advance-waves.service.js';
import type { CopyOut } from '../sweep-groups/copy-out.service.js';
import type { SweepGroups } from '../sweep-groups/sweep-groups.service.js';
import { LockedPeriodicTask, type TurnOptions } from './locked-periodic-task.js';

export interface TurnWork {
  readonly retries: RetryScans;
  readonly lost: FindLostScans;
  readonly restarts: NoticeRestarts;
  readonly objects: KeepObjects;
  readonly holds: EndHolds;
  readonly groups: SweepGroups;
  readonly copies: CopyOut;
  /** Null: there is no key to seal with. */
  readonly seals: SealObjects | null;
  readonly records: ExpireRecords;
  readonly waves: AdvanceWaves;
}

export interface Turns {
  /** A retry has become due. */
  readonly retriesNow: () => void;
  /** The broker is there again, perhaps emptied. */
  readonly brokerBack: () => void;
  /** An object is kept: it is to be encrypted, and copied out of what it shares a file with. */
  readonly objectKept: () => void;
  /** A marker came back. */
  readonly lostNow: () => void;
  readonly stop: () => Promise<void>;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
/** What this instance leaves for later is done so soon, with what comes until then. */
const gatherMs = secondMs;
/** What another instance left, which is no more or has more to do. */
const unheardMs = 15 * secondMs;

/** Everything that happens without being asked for. Lock keys must never change their meaning: instances of two versions meet. */
export function startLockedTasks(database: Database, work: TurnWork, logger: Logger): Turns {
  const turn = (
    name: string,
    lockKey: number,
    intervalMs: TurnOptions['intervalMs'],
    run: () => Promise<boolean>,
    more?: Pick<TurnOptions, 'longestMs' | 'isNeeded' | 'retryMs'>,
  ) => new LockedPeriodicTask({ name, lockKey, intervalMs, work: run, database, logger, ...more });
  let nextRetryInMs: number | null = null;
  const retries = turn(
    'retries',
    1,
    () => nextLookMs(nextRetryInMs),
    () => work.retries.publishDue(),
    {
      isNeeded: async () => {
        nextRetryInMs = await work.retries.dueInMs();
        return nextRetryInMs === 0;
      },
    },
  );
  const ofUnfinished = { isNeeded: () => work.lost.isAnyUnfinished() };
  const markers = turn(
    'markers',
    2,
    markerIntervalMs,
    () => work.lost.sendMarkers().then(() => false),
    ofUnfinished,
  );
  const lost = turn('lost scans', 3, markerIntervalMs, () => work.lost.publishLost(), ofUnfinished);
  // The lock of lost scans: no scan is published by both.
  const restarts = turn('restarts of the broker', 3, 5 * secondMs, () => work.restarts.publishAgain(), {
    isNeeded: () => work.restarts.isAnyLost(),
  });
  // Looks at every name in the store: of 100,000 for a third of a second. At the start, for what an instance had noted
  // that is no more; then now and then, for gateways that died.
  const forgotten = turn(
    'forgotten group files',
    11,
    10 * minuteMs,
    async () => {
      await work.groups.remember();
      await work.groups.find();
      return false;
    },
    {
      longestMs: 15 * minuteMs,
      retryMs: 15 * secondMs,
    },
  );
  const { seals } = work;
  const sealing =
    seals === null
      ? null
      : turn('sealing', 7, unheardMs, () => seals.seal(), {
          isNeeded: () => seals.isAnyDue(),
          // A large object is one piece of work.
          longestMs: 15 * minuteMs,
        });
  const copying = turn(
    'copies of kept objects',
    9,
    unheardMs,
    async () => {
      const isMore = await work.copies.copy();
      sealing?.runWithin(gatherMs);
      return isMore;
    },
    { isNeeded: () => work.copies.isAnyDue() },
  );
  let isWaveNeeded = false;
  const all = [
    retries,
    markers,
    lost,
    restarts,
    turn('kept objects', 4, 30 * secondMs, async () => {
      const isMoreHeld = await work.holds.end();
      return (await work.objects.expire()) || isMoreHeld;
    }),
    turn('retention', 5, 30 * secondMs, () => work.records.expire()),
    turn(
      'rescan waves',
      8,
      () => (isWaveNeeded ? 5 : 15) * secondMs,
      () => work.waves.advance().then(() => false),
      { isNeeded: async () => (isWaveNeeded = await work.waves.isNeeded()) },
    ),
    copying,
    ...(sealing === null ? [] : [sealing]),
    // What this instance noted; another's turn is another's groups.
    turn('group files', 10, 2 * secondMs, () => work.groups.sweep(), {
      isNeeded: () => work.groups.isAnyDue(),
    }),
    forgotten,
    // Looks at every object there is.
    turn('orphans', 6, 10 * minuteMs, () => work.objects.sweepOrphans().then(() => false), {
      longestMs: 15 * minuteMs,
    }),
  ];
  for (const one of all) one.start();
  forgotten.runNow();
  return {
    retriesNow: () => retries.runNow(),
    brokerBack: () => {
      restarts.runNow();
      markers.runNow();
    },
    objectKept: () => {
      copying.runWithin(gatherMs);
      sealing?.runWithin(gatherMs);
    },
    lostNow: () => lost.runWithin(gatherMs),
    stop: async () => {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}
