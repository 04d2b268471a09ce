import type { RescanWave } from '@sluice/console-api';
import { readRow, type Database } from '@sluice/database';
import { z } from 'zod';

const waveRowSchema = z.object({
  id: z.int(),
  decision_set: z.string(),
  began_at: z.date(),
  ended_at: z.date().nullable(),
  end_reason: z.enum(['done', 'overtaken', 'stopped']).nullable(),
  objects: z.int(),
  done: z.int(),
  detected: z.int(),
  cleared: z.int(),
  unknown: z.int(),
  progress_at: z.date(),
});

/** The wave that runs, or the last one. */
export async function readRescanWave(database: Pick<Database, 'query'>): Promise<RescanWave | null> {
  const { rows } = await database.query(
    `SELECT id, decision_set, began_at, ended_at, end_reason, objects, done, detected, cleared, unknown, progress_at
     FROM ledger.rescan_wave_list ORDER BY id DESC LIMIT 1`,
  );
  const row = readRow(waveRowSchema, rows);
  if (row === null) return null;
  const { decision_set, began_at, ended_at, end_reason, progress_at, ...counts } = row;
  return {
    ...counts,
    decisionSet: decision_set,
    beganAt: began_at.toISOString(),
    endedAt: ended_at?.toISOString() ?? null,
    endReason: end_reason,
    progressAt: progress_at.toISOString(),
  };
}
