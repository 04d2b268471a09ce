import { Inject, Injectable } from '@nestjs/common';
import type { LoadStatistics, QueueDepth } from '@sluice/console-api';
import { jobPriorities } from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import type { Instance } from '../instances/instance.query.js';
import type { StatisticsRange } from './statistics-range.js';

/** Longer than the longest range of the dashboard, four times. */
const keptDays = 30;

const utilisationRowSchema = z.object({
  at: z.date(),
  busy_share: z.number().nullable(),
});
const waitingRowSchema = z.object({
  at: z.date(),
  priority: z.int(),
  unfinished: z.int(),
  oldest_seconds: z.int(),
});
type WaitingRow = z.infer<typeof waitingRowSchema>;

/** What waited and how busy scanners were, minute by minute. Several consoles write the same rows. */
@Injectable()
export class LoadStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  /** One look. Of what waits the most in each minute is kept, of what is busy the mean. */
  async record(queues: readonly QueueDepth[], instances: readonly Instance[]): Promise<void> {
    const working = instances.filter((one) => one.service === 'scanner' && one.isAnswering && one.is_ready);
    // Kept objects that are scanned again are no load: they take what is left.
    const waiting = queues.filter((one) => one.unfinished > 0 && one.priority > jobPriorities.rescan);
    const sum = (count: (one: Instance) => number): number =>
      working.reduce((all, one) => all + count(one), 0);
    await this.database.query(
      `WITH load AS (
         INSERT INTO registry.load_minutes AS l (minute, busy_slots, slots) VALUES (date_trunc('minute', now()), $1, $2)
         ON CONFLICT (minute) DO UPDATE
         SET busy_slots = l.busy_slots + excluded.busy_slots, slots = l.slots + excluded.slots)
       INSERT INTO registry.waiting_minutes AS w (minute, priority, unfinished, oldest_seconds)
       SELECT date_trunc('minute', now()), priority, sum(unfinished), max(oldest)
       FROM unnest($3::smallint[], $4::integer[], $5::integer[]) AS q (priority, unfinished, oldest) GROUP BY priority
       ON CONFLICT (minute, priority) DO UPDATE
       SET unfinished = greatest(w.unfinished, excluded.unfinished),
           oldest_seconds = greatest(w.oldest_seconds, excluded.oldest_seconds)`,
      [
        sum((one) => one.busy_slots),
        sum((one) => one.slots),
        waiting.map(({ priority }) => priority),
        waiting.map(({ unfinished }) => unfinished),
        waiting.map(({ oldestAgeSeconds }) => Math.max(0, Math.round(oldestAgeSeconds ?? 0))),
      ],
    );
  }

  async series({ from, until }: StatisticsRange, stepSeconds: number): Promise<LoadStatistics['series']> {
    const values = [from, until, stepSeconds];
    const [looks, waiting] = await Promise.all([
      this.database.query(
        `SELECT date_bin(make_interval(secs => $3), minute, $1) AS at,
                (sum(busy_slots) / nullif(sum(slots), 0))::float8 AS busy_share
         FROM registry.load_minutes WHERE minute >= $1 AND minute < $2 GROUP BY 1 ORDER BY 1`,
        values,
      ),
      this.database.query(
        `SELECT date_bin(make_interval(secs => $3), minute, $1) AS at, priority, max(unfinished) AS unfinished,
                max(oldest_seconds) AS oldest_seconds
         FROM registry.waiting_minutes WHERE minute >= $1 AND minute < $2 GROUP BY 1, 2 ORDER BY 1, 2 DESC`,
        values,
      ),
    ]);
    const byStep = new Map<number, WaitingRow[]>();
    for (const row of readRows(waitingRowSchema, waiting.rows))
      byStep.set(row.at.getTime(), [...(byStep.get(row.at.getTime()) ?? []), row]);
    return readRows(utilisationRowSchema, looks.rows).map(({ at, busy_share }) => ({
      at: at.toISOString(),
      busyShare: busy_share,
      waiting: (byStep.get(at.getTime()) ?? []).map((row) => ({
        priority: row.priority,
        unfinished: row.unfinished,
        oldestSeconds: row.oldest_seconds,
      })),
    }));
  }

  async purge(): Promise<void> {
    await this.database.query(
      `WITH waiting AS (
         DELETE FROM registry.waiting_minutes WHERE minute < now() - make_interval(days => ${keptDays}))
       DELETE FROM registry.load_minutes WHERE minute < now() - make_interval(days => ${keptDays})`,
    );
  }
}
