import { Inject, Injectable } from '@nestjs/common';
import type { KeptMessage } from '@sluice/console-api';
import type { FailedJobsQuery } from '@sluice/console-api/requests';
import { systemTypes } from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { Conditions } from '../lists/conditions.js';
import { idCursorSchema, readCursor, toPage } from '../lists/list-page.js';
import { QuarantineQuery } from '../quarantine/quarantine.query.js';

const failedJobRowSchema = z.object({
  id: z.int(),
  kind: z.enum(['scan', 'message']),
  submission_id: z.string().nullable(),
  registration_id: z.string().nullable(),
  sensor_id: z.string().nullable(),
  scan_id: z.string().nullable(),
  type: z.enum(systemTypes).nullable(),
  reason: z.string(),
  reason_text: z.string().nullable(),
  source: z.string().nullable(),
  excerpt: z.string().nullable(),
  failed_at: z.date(),
  object_name: z.string().nullable(),
  sha256: z.string().nullable(),
  size_bytes: z.int().nullable(),
  can_retry: z.boolean().nullable(),
});
type FailedJobRow = z.infer<typeof failedJobRowSchema>;

const selectFailedJobs = `
  SELECT id, kind, submission_id, registration_id, sensor_id, scan_id, type, reason, reason_text, source, excerpt,
         failed_at, object_name, sha256, size_bytes, can_retry
  FROM ledger.failed_job_list`;

@Injectable()
export class FailedJobQuery {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly quarantine: QuarantineQuery,
  ) {}

  async list(query: FailedJobsQuery) {
    const conditions = new Conditions()
      .add('id < ?', readCursor(query.cursor, idCursorSchema)?.[0])
      .add('kind = ?', query.kind)
      .add('sensor_id = ?', query.sensorId)
      .add('reason = ?', query.reason);
    const limit = conditions.place(query.limit + 1);
    const answer = await this.database.query(
      `${selectFailedJobs} ${conditions.where} ORDER BY id DESC LIMIT ${limit}`,
      conditions.values,
    );
    const rows = readRows(failedJobRowSchema, answer.rows);
    const messages = await this.messagesOf(rows);
    return toPage(rows, query.limit, { item: (row) => toItem(row, messages(row)), keys: (row) => [row.id] });
  }

  async show(id: number) {
    const answer = await this.database.query(`${selectFailedJobs} WHERE id = $1`, [id]);
    const row = readRow(failedJobRowSchema, answer.rows);
    return row === null ? null : toItem(row, (await this.messagesOf([row]))(row));
  }

  /** Mails are all called the same: who wrote to whom about what tells them apart. */
  private async messagesOf(rows: readonly FailedJobRow[]) {
    const scans = rows.flatMap(({ submission_id }) => submission_id ?? []);
    const kept = await this.quarantine.itemsOf(scans);
    return ({ submission_id }: FailedJobRow): KeptMessage | null =>
      kept.get(submission_id ?? '')?.message ?? null;
  }
}

const toItem = (row: FailedJobRow, message: KeptMessage | null) => ({
  id: row.id,
  kind: row.kind,
  scan: row.submission_id,
  scanId: row.scan_id,
  registrationId: row.registration_id,
  sensorId: row.sensor_id,
  type: row.type,
  reason: row.reason,
  reasonText: row.reason_text,
  source: row.source,
  excerpt: row.excerpt,
  failedAt: row.failed_at.toISOString(),
  object: row.sha256 === null ? null : { name: row.object_name, sha256: row.sha256, size: row.size_bytes },
  message,
  canRetry: row.can_retry === true,
});
