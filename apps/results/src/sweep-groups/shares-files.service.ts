import { readRow, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { PeriodicWork } from '@sluice/timing';
import { z } from 'zod';

const rowSchema = z.object({ shares: z.boolean() });

const lookEveryMs = 5000;

/**
 * Whether gateways may put objects together into files: every service that may come across such an object reports that it
 * reads it, and a scanner is among them. One of the release before makes a dead letter of its job. Silent for a minute is
 * gone, not for a few reports: it may be scanning all the while.
 */
export async function queryShares(database: Pick<Database, 'query'>): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT coalesce(bool_and(coalesce((i.status -> 'readsSharedKeys')::boolean, false))
       AND bool_or(i.service = 'scanner'), false) AS shares
     FROM ledger.instances i
     WHERE i.service IN ('scanner', 'results', 'console', 'notifier')
       AND i.seen_at > clock_timestamp() - interval '1 minute'`,
  );
  return readRow(rowSchema, rows)?.shares === true;
}

/** The answer of a few seconds ago, for what is asked with every accept. */
export class SharesFiles {
  private shares = false;
  private readonly looking: PeriodicWork;

  constructor(database: Pick<Database, 'query'>, logger: Pick<Logger, 'debug'>) {
    this.looking = new PeriodicWork({
      run: async () => {
        this.shares = await queryShares(database);
      },
      intervalMs: lookEveryMs,
      onFailure: (err) => {
        this.shares = false;
        logger.debug({ err }, 'not known which services read shared files');
      },
    });
  }

  get now(): boolean {
    return this.shares;
  }

  start(): this {
    this.looking.start();
    return this;
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }
}
