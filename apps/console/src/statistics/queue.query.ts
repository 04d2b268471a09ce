import { Inject, Injectable } from '@nestjs/common';
import type { QueueDepth } from '@sluice/console-api';
import { readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';

const queueRowSchema = z.object({
  queue: z.string(),
  priority: z.int(),
  unfinished: z.int(),
  delayed: z.int(),
  oldest_age_seconds: z.number().nullable(),
  last_wait_seconds: z.number().nullable(),
  oldest_marker_age_seconds: z.number().nullable(),
});
type QueueRow = z.infer<typeof queueRowSchema>;

/** Scans that have no verdict yet, by queue and priority. */
@Injectable()
export class QueueQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(): Promise<QueueDepth[]> {
    const answer = await this.database.query(
      `SELECT queue, priority, unfinished, delayed, oldest_age_seconds, last_wait_seconds, oldest_marker_age_seconds
       FROM ledger.queue_depths ORDER BY queue, priority DESC`,
    );
    const rows = readRows(queueRowSchema, answer.rows);
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
