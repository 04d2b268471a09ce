import { Inject, Injectable } from '@nestjs/common';
import type { QueueDepth } from '@sluice/console-api';
import type { Database } from '@sluice/database';
import { databaseToken } from '../connections/connection-tokens.js';

interface QueueRow {
  readonly queue: string;
  readonly priority: number;
  readonly unfinished: number;
  readonly delayed: number;
  readonly oldest_age_seconds: number | null;
  readonly last_wait_seconds: number | null;
  readonly oldest_marker_age_seconds: number | null;
}

/** Scans that have no verdict yet, by queue and priority. */
@Injectable()
export class QueueQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(): Promise<QueueDepth[]> {
    const { rows } = await this.database.query<QueueRow>(
      `SELECT queue, priority, unfinished, delayed, oldest_age_seconds, last_wait_seconds, oldest_marker_age_seconds
       FROM ledger.queue_depths ORDER BY queue, priority DESC`,
    );
    return rows.map(toDepth);
  }
}

const toDepth = (row: QueueRow): QueueDepth => ({
  queue: row.queue,
  priority: row.priority,
  unfinished: row.unfinished,
  /** Waiting for their next attempt. */
  delayed: row.delayed,
  oldestAgeSeconds: row.oldest_age_seconds,
  /** How long the last probe through this queue took. */
  lastWaitSeconds: row.last_wait_seconds,
  probeAgeSeconds: row.oldest_marker_age_seconds,
});
