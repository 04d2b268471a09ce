import { Inject, Injectable } from '@nestjs/common';
import type { FailedJobsQuery } from '@sluice/console-api/requests';
import type { SystemType } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { databaseToken } from '../connections/connection-tokens.js';
import { Conditions } from '../lists/conditions.js';
import { idCursorSchema, readCursor, toPage } from '../lists/list-page.js';

interface FailedJobRow {
  readonly id: number;
  readonly kind: 'scan' | 'message';
  readonly submission_id: string | null;
  readonly registration_id: string | null;
  readonly sensor_id: string | null;
  readonly scan_id: string | null;
  readonly type: SystemType | null;
  readonly reason: string;
  readonly reason_text: string | null;
  readonly source: string | null;
  readonly excerpt: string | null;
  readonly failed_at: Date;
  readonly object_name: string | null;
  readonly sha256: string | null;
  readonly size_bytes: number | null;
  readonly can_retry: boolean | null;
}

const selectFailedJobs = `
  SELECT id, kind, submission_id, registration_id, sensor_id, scan_id, type, reason, reason_text, source, excerpt,
         failed_at, object_name, sha256, size_bytes, can_retry
  FROM ledger.failed_job_list`;

@Injectable()
export class FailedJobQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(query: FailedJobsQuery) {
    const conditions = new Conditions()
      .add('id < ?', readCursor(query.cursor, idCursorSchema)?.[0])
      .add('kind = ?', query.kind)
      .add('sensor_id = ?', query.sensorId)
      .add('reason = ?', query.reason);
    const limit = conditions.place(query.limit + 1);
    const { rows } = await this.database.query<FailedJobRow>(
      `${selectFailedJobs} ${conditions.where} ORDER BY id DESC LIMIT ${limit}`,
      conditions.values,
    );
    return toPage(rows, query.limit, { item: toItem, keys: (row) => [row.id] });
  }

  async show(id: number) {
    const { rows } = await this.database.query<FailedJobRow>(`${selectFailedJobs} WHERE id = $1`, [id]);
    return rows[0] === undefined ? null : toItem(rows[0]);
  }
}

const toItem = (row: FailedJobRow) => ({
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
  canRetry: row.can_retry === true,
});
