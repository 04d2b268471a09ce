import { defaultSettings } from '@sluice/contracts';
import { readRow, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';

const { rescanKept, rescanInFlight, rescanKeptDays } = defaultSettings;
const defaults = JSON.stringify({ rescanKept, rescanInFlight, rescanKeptDays });

const neededRowSchema = z.object({ needed: z.boolean() });
const changeRowSchema = z.object({ change: z.enum(['begin', 'end']).nullable() });
const waveRowSchema = z.object({
  id: z.int(),
  decisionSet: z.string(),
  objects: z.int(),
  done: z.int(),
  detected: z.int(),
  cleared: z.int(),
  unknown: z.int(),
  endReason: z.string().nullable(),
});

/** Begins a wave when what decides has changed, and ends it (advance_rescans.sql has the table). Both are in the audit log. */
export class AdvanceWaves {
  constructor(
    private readonly database: Database,
    private readonly logger: Pick<Logger, 'info'>,
  ) {}

  /** Off and nothing runs: nearly always, where it is off. */
  async isNeeded(): Promise<boolean> {
    const { rows } = await this.database.query(
      `SELECT (ledger.settings($1) -> 'rescanKept')::boolean
         OR EXISTS (SELECT FROM ledger.rescan_waves WHERE ended_at IS NULL) AS needed`,
      [defaults],
    );
    return readRow(neededRowSchema, rows)?.needed === true;
  }

  async advance(): Promise<void> {
    await this.database.transaction(async (query) => {
      // Verdicts of the wave are counted behind this lock.
      await query(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE`);
      const answer = await query('SELECT ledger.advance_rescans($1) AS change', [defaults]);
      const change = readRow(changeRowSchema, answer.rows)?.change ?? null;
      if (change === null) return;
      const found = await query(
        `SELECT id, decision_set AS "decisionSet", objects, done, detected, cleared, unknown, end_reason AS "endReason"
         FROM ledger.rescan_wave_list ORDER BY id DESC LIMIT 1`,
      );
      const wave = readRow(waveRowSchema, found.rows);
      if (wave === null) return;
      this.logger.info(
        { wave },
        change === 'begin' ? 'kept objects are scanned again' : 'kept objects were scanned again',
      );
      const { id, ...after } = wave;
      await query('SELECT registry.note_rescan_wave($1, $2, $3)', [
        change === 'begin',
        id,
        JSON.stringify(after),
      ]);
    });
  }
}
