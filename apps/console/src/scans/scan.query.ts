import { Inject, Injectable } from '@nestjs/common';
import type { KeptMessage } from '@sluice/console-api';
import { notExaminedState, type ScansQuery } from '@sluice/console-api/requests';
import { scanStates, systemTypes, type ScanState } from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { Conditions, containing } from '../lists/conditions.js';
import { hashColumn } from '../lists/hash-column.js';
import { idCursorSchema, readCursor, toPage } from '../lists/list-page.js';
import { rescannedOf, storedRescanSchema } from '../lists/rescanned-of.js';
import { reusedOf } from '../lists/reused-of.js';
import { QuarantineQuery } from '../quarantine/quarantine.query.js';

const scanRowSchema = z.object({
  submission_id: z.string(),
  seq: z.int(),
  registration_id: z.string(),
  sensor_id: z.string(),
  system_name: z.string().nullable(),
  type: z.enum(systemTypes),
  scan_id: z.string().nullable(),
  instance: z.string(),
  is_shown: z.boolean(),
  rescan_of: z.string().nullable(),
  rescan_wave: z.int().nullable(),
  newest: storedRescanSchema,
  reused_of: z.string().nullable(),
  examined_at: z.date().nullable(),
  state: z.enum(scanStates),
  reason: z.string().nullable(),
  reason_text: z.string().nullable(),
  object_name: z.string().nullable(),
  object_type: z.string(),
  size_bytes: z.int(),
  sha256: z.string(),
  md5: z.string().nullable(),
  sha1: z.string().nullable(),
  detected_type: z.string().nullable(),
  source_address: z.string(),
  queue: z.string(),
  priority: z.int(),
  begins: z.int(),
  attempts: z.int(),
  accepted_at: z.date(),
  started_at: z.date().nullable(),
  finished_at: z.date().nullable(),
  scanner: z.string().nullable(),
  detections: z.unknown(),
  detections_total: z.int(),
  engines: z.unknown(),
  not_examined: z.unknown(),
  not_examined_total: z.int(),
  policy_applied: z.unknown(),
  released: z.unknown(),
  has_object: z.boolean(),
  object_kept_until: z.date().nullable(),
});
type ScanRow = z.infer<typeof scanRowSchema>;

const selectScans = `
  SELECT s.submission_id, s.seq, s.registration_id, s.sensor_id,
         CASE WHEN s.type = 'mail' THEN NULL ELSE r.name END AS system_name, s.type, s.scan_id, s.instance, s.is_shown,
         s.rescan_of, s.rescan_wave, s.newest, s.reused_of, s.examined_at, s.state, s.reason, s.reason_text, s.object_name, s.object_type, s.size_bytes, s.sha256, s.md5,
         s.sha1, s.detected_type, s.source_address, s.queue, s.priority, s.begins, s.attempts, s.accepted_at,
         s.started_at, s.finished_at, s.scanner, s.detections, s.detections_total, s.engines, s.not_examined,
         s.not_examined_total, s.policy_applied, s.released, s.has_object,
         s.object_kept_until
  FROM ledger.scan_list s LEFT JOIN registry.registrations r ON r.id = s.registration_id`;

@Injectable()
export class ScanQuery {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly quarantine: QuarantineQuery,
  ) {}

  async list(query: ScansQuery) {
    const isRising = query.sort === 'oldest';
    const conditions = new Conditions()
      .add(`s.seq ${isRising ? '>' : '<'} ?`, readCursor(query.cursor, idCursorSchema)?.[0])
      .add('s.state = ANY (?)', statesOf(query.state))
      .add('s.type = ?', query.type)
      .add('s.sensor_id = ?', query.sensorId)
      .add('s.registration_id = ?', query.registrationId)
      .add('s.scan_id = ?', query.scanId)
      .add('s.sha256 = ?', query.sha256)
      .add('s.accepted_at >= ?', query.from)
      .add('s.accepted_at < ?', query.until)
      .add('s.finished_at >= ?', query.finishedFrom)
      .add('s.finished_at < ?', query.finishedUntil);
    search(conditions, query.q);
    const limit = conditions.place(query.limit + 1);
    const answer = await this.database.query(
      `${selectScans} ${conditions.where} ORDER BY s.seq ${isRising ? '' : 'DESC'} LIMIT ${limit}`,
      conditions.values,
    );
    const rows = readRows(scanRowSchema, answer.rows);
    const kept = await this.quarantine.itemsOf(rows.filter(isKept).map((row) => row.submission_id));
    const item = (row: ScanRow) => toItem(row, kept.get(row.submission_id)?.message ?? null);
    return toPage(rows, query.limit, { item, keys: (row) => [row.seq] });
  }

  async show(id: string) {
    const answer = await this.database.query(`${selectScans} WHERE s.submission_id = $1`, [id]);
    const row = readRow(scanRowSchema, answer.rows);
    if (row === null) return null;
    const kept = (await this.quarantine.itemsOf([id])).get(id) ?? null;
    return { ...toItem(row, kept?.message ?? null), kept };
  }
}

const isKept = (row: ScanRow): boolean => row.has_object && row.object_kept_until !== null;

const statesOf = (state: ScansQuery['state']): readonly ScanState[] | undefined =>
  state === undefined ? undefined : state === notExaminedState ? ['timeout', 'error'] : [state];

/** By sender and subject only what is kept: of clean mail neither is looked at. */
function search(conditions: Conditions, text: string | undefined): void {
  const column = hashColumn(text);
  if (column !== null) conditions.add(`s.${column} = ?`, text?.toLowerCase());
  else
    conditions.add(
      `(s.object_name ILIKE ? OR s.scan_id ILIKE ? OR s.sensor_id ILIKE ? OR r.name ILIKE ? OR s.submission_id IN (
         SELECT k.submission_id FROM ledger.quarantine_list k
         WHERE k.object_type = 'email' AND (k.mail_from ILIKE ? OR k.mail ->> 'subject' ILIKE ?)))`,
      containing(text),
    );
}

const toItem = (row: ScanRow, message: KeptMessage | null) => ({
  id: row.submission_id,
  scanId: row.scan_id,
  sensorInstanceId: row.instance === '' ? null : row.instance,
  registrationId: row.registration_id,
  sensorId: row.sensor_id,
  systemName: row.system_name,
  type: row.type,
  sourceAddress: row.source_address,
  state: row.state,
  reason: row.reason,
  reasonText: row.reason_text,
  /** Does its caller still see it? */
  isVisibleToCaller: row.is_shown,
  rescanOf: row.rescan_of,
  isOfRescanWave: row.rescan_wave !== null,
  rescanned: rescannedOf(row.newest),
  reused: reusedOf(row),
  object: {
    name: row.object_name,
    type: row.object_type,
    size: row.size_bytes,
    sha256: row.sha256,
    sha1: row.sha1,
    md5: row.md5,
    detectedType: row.detected_type,
    isKept: row.has_object,
    keptUntil: row.object_kept_until?.toISOString() ?? null,
  },
  message,
  times: {
    accepted: row.accepted_at.toISOString(),
    started: row.started_at?.toISOString() ?? null,
    finished: row.finished_at?.toISOString() ?? null,
  },
  queue: row.queue,
  priority: row.priority,
  begins: row.begins,
  attempts: row.attempts,
  scanner: row.scanner,
  detections: row.detections,
  detectionsTotal: row.detections_total,
  engines: row.engines,
  notExamined: row.not_examined,
  notExaminedTotal: row.not_examined_total,
  policyApplied: row.policy_applied,
  released: row.released,
});
