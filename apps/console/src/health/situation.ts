import type { QueueDepth, RescanWave } from '@sluice/console-api';
import type { Settings } from '@sluice/contracts';
import type { Instance } from '../instances/instance.query.js';

/** All that causes are found in, read at one moment. */
export interface Situation {
  /** What the console sees of the broker itself; null while it works. */
  readonly brokerProblem: string | null;
  readonly instances: readonly Instance[];
  readonly settings: Settings;
  readonly queues: readonly QueueDepth[];
  readonly recent: RecentScans;
  readonly failedJobs: {
    readonly total: number;
    readonly firstAt: Date | null;
    readonly lastAt: Date | null;
  };
  /** Accepted certificates of external systems within the warning time of their end. */
  readonly expiring: {
    readonly total: number;
    readonly expired: number;
    readonly first: { readonly sensorId: string; readonly notAfter: Date } | null;
  };
  /** External systems that no one decided on. */
  readonly pendingRequests: PendingRequests;
  readonly channels: readonly FailingChannel[];
  /** Null: not measured here. */
  readonly store: StoreSpace | null;
  readonly held: HeldMail;
  /** The one that runs, or the last. */
  readonly rescanWave: RescanWave | null;
  readonly nowMs: number;
}

/** Mail that Sluice alone has. */
interface HeldMail {
  readonly mails: number;
  readonly bytes: number;
  readonly oldestAt: Date | null;
}

/** Of the last `recentMinutes`. */
interface RecentScans {
  readonly accepted: number;
  readonly finished: number;
  /** Ended in `error` or `timeout`. */
  readonly notExamined: number;
}
export const recentMinutes = 10;

interface PendingRequests {
  readonly total: number;
  /** Of one IPv4 address or an IPv6 /64. */
  readonly mostOfOneAddress: number;
}

export interface FailingChannel {
  readonly name: string;
  readonly failingSince: Date | null;
  readonly waiting: number;
}

export interface StoreSpace {
  readonly freeBytes: number;
  readonly reserveBytes: number;
}
