import { readRow, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { PeriodicWork } from '@sluice/timing';
import { z } from 'zod';

const mineRowSchema = z.object({ mine: z.boolean() });

export interface TurnOptions {
  readonly name: string;
  /** Of the advisory lock: one number per kind of work, the same on every instance. */
  readonly lockKey: number;
  /** Asked for after each turn where it follows from what was found. */
  readonly intervalMs: number | (() => number);
  /** After a turn that failed; default: the interval. */
  readonly retryMs?: number;
  /** An instance silent for longer than this loses its turn; default 30 s. */
  readonly longestMs?: number;
  /** Looked at first, without a transaction; default: there is always something to do. */
  readonly isNeeded?: () => Promise<boolean>;
  /** True: there was more to do than fits one turn, go on at once. */
  readonly work: () => Promise<boolean>;
  readonly database: Database;
  readonly logger: Logger;
}

/** Prefix of all advisory locks of this service, so that other software in the same database is not in the way. */
const lockSpace = 0x51c3;

/**
 * Background work that any instance may do and only one does at a time. The lock lives in a transaction, and the server
 * ends one that stands still: an instance that is frozen or killed holds no one up for long.
 */
export class LockedPeriodicTask {
  private readonly periodic: PeriodicWork;

  constructor(private readonly options: TurnOptions) {
    const { name, intervalMs, retryMs, logger } = options;
    this.periodic = new PeriodicWork({
      run: () => this.take(),
      intervalMs,
      ...(retryMs === undefined ? {} : { retryMs }),
      // Instances drift apart, so that they don't all ask at the same moment.
      spread: 0.1,
      onFailure: (err) => logger.warn({ err, work: name }, 'background work not done, next time again'),
    });
  }

  start(): void {
    const { intervalMs } = this.options;
    this.periodic.start(Math.random() * (typeof intervalMs === 'number' ? intervalMs : intervalMs()));
  }

  /** Now, or as soon as the turn that runs is over. */
  runNow(): void {
    this.periodic.wake();
  }

  /** There is more to do; what comes until then is done in the same turn. */
  runWithin(ms: number): void {
    this.periodic.wakeWithin(ms);
  }

  /** Resolves when the turn that runs is over. */
  stop(): Promise<void> {
    return this.periodic.stop();
  }

  /** One turn: true when this instance had it and left work undone. Rejects with DatabaseError. */
  async take(): Promise<boolean> {
    const { database, lockKey, isNeeded, work, longestMs = 30_000 } = this.options;
    if (isNeeded !== undefined && !(await isNeeded())) return false;
    return database.transaction(async (query) => {
      const answer = await query(
        `SELECT pg_try_advisory_xact_lock($1, $2) AS mine, set_config('idle_in_transaction_session_timeout', $3, true)`,
        [lockSpace, lockKey, String(longestMs)],
      );
      return readRow(mineRowSchema, answer.rows)?.mine === true ? work() : false;
    });
  }
}
