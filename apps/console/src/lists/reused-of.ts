import type { Reused } from '@sluice/console-api';

interface ReusedRow {
  readonly reused_of: string | null;
  readonly examined_at: Date | null;
}

/** Of a scan or an alert that was told the verdict of an earlier scan of the same bytes. */
export const reusedOf = (row: ReusedRow): Reused | null =>
  row.reused_of === null || row.examined_at === null
    ? null
    : { of: row.reused_of, examinedAt: row.examined_at.toISOString() };
