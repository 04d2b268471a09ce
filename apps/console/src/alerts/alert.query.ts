import { Inject, Injectable } from '@nestjs/common';
import type { AlertCount, AlertFilters, AlertsQuery } from '@sluice/console-api/requests';
import {
  alertDispositions,
  alertStates,
  importances,
  systemTypes,
  technologies,
  type Importance,
  type MailHeaders,
} from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { idCursorSchema, readCursor, toPage } from '../lists/list-page.js';
import { rescannedOf, storedRescanSchema } from '../lists/rescanned-of.js';
import { reusedOf } from '../lists/reused-of.js';
import { QuarantineQuery } from '../quarantine/quarantine.query.js';
import { AlertSearchQuery } from './alert-search.query.js';
import { filterAlerts } from './filter-alerts.js';

const alertRowSchema = z.object({
  id: z.int(),
  submission_id: z.string(),
  registration_id: z.string(),
  sensor_id: z.string(),
  system_name: z.string().nullable(),
  type: z.enum(systemTypes),
  scan_id: z.string().nullable(),
  instance: z.string(),
  source_address: z.string(),
  created_at: z.date(),
  submitted_at: z.date(),
  started_at: z.date().nullable(),
  finished_at: z.date(),
  importance: z.enum(importances),
  state: z.enum(alertStates),
  disposition: z.enum(alertDispositions).nullable(),
  assignee: z.string().nullable(),
  changed_at: z.date().nullable(),
  technologies: z.array(z.enum(technologies)),
  names: z.array(z.string()),
  detections: z.unknown(),
  detections_total: z.int(),
  engines: z.unknown(),
  not_examined: z.unknown(),
  not_examined_total: z.int(),
  policy_applied: z.unknown(),
  reused_of: z.string().nullable(),
  examined_at: z.date().nullable(),
  object_name: z.string().nullable(),
  object_type: z.string(),
  size_bytes: z.int(),
  sha256: z.string(),
  md5: z.string().nullable(),
  sha1: z.string().nullable(),
  detected_type: z.string().nullable(),
  mail_from: z.string().nullable(),
  rcpt_to: z.unknown(),
  mail_origin: z.unknown(),
  mail: z.unknown(),
  rescanned: storedRescanSchema,
  has_object: z.boolean(),
  object_kept_until: z.date().nullable(),
  seen_before: z.int(),
});
type AlertRow = z.infer<typeof alertRowSchema>;

const changeRowSchema = z.object({
  at: z.date(),
  operator: z.string(),
  state_before: z.enum(alertStates).nullable(),
  state_after: z.enum(alertStates).nullable(),
  assignee_before: z.string().nullable(),
  assignee_after: z.string().nullable(),
  disposition_before: z.enum(alertDispositions).nullable(),
  disposition_after: z.enum(alertDispositions).nullable(),
  comment: z.string().nullable(),
});

const closingRowSchema = z.object({
  alert_id: z.int(),
  at: z.date(),
  operator: z.string(),
  comment: z.string().nullable(),
});
const unexaminedRowSchema = z.object({
  id: z.int(),
  notExamined: z.unknown(),
  notExaminedTotal: z.int(),
});
const countRowSchema = z.object({ count: z.int(), newest_id: z.int() });
const idRowSchema = z.object({ id: z.int() });
const sameObjectRowSchema = z.object({
  id: z.int(),
  created_at: z.date(),
  sensor_id: z.string(),
  state: z.enum(alertStates),
});

const mostRelated = 50;
const mostCounted = 100_000;
const rank = `CASE a.importance WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END`;

/** Order of the list, what follows a cursor in it, and the cursor of a row. Ids grow with time. */
const orders: Readonly<
  Record<AlertsQuery['sort'], { by: string; keys: readonly string[]; isRising: boolean }>
> = {
  newest: { by: 'a.id DESC', keys: ['a.id'], isRising: false },
  oldest: { by: 'a.id', keys: ['a.id'], isRising: true },
  importance: { by: `${rank} DESC, a.id DESC`, keys: [rank, 'a.id'], isRising: false },
};
const ranks: Readonly<Record<Importance, number>> = { high: 3, medium: 2, low: 1 };

const selectAlerts = `
  SELECT a.id, a.submission_id, a.registration_id, a.sensor_id, CASE WHEN a.type = 'mail' THEN NULL ELSE r.name END AS system_name,
         a.type, a.scan_id, a.instance, a.source_address, a.created_at, a.submitted_at, a.started_at, a.finished_at,
         a.importance, a.state, a.disposition, a.assignee, a.changed_at, a.technologies, a.names, a.detections, a.detections_total,
         a.engines, a.not_examined, a.not_examined_total, a.policy_applied, a.reused_of, a.examined_at, a.rescanned, a.object_name, a.object_type,
         a.size_bytes, a.sha256, a.md5, a.sha1, a.detected_type, a.mail_from, a.rcpt_to, a.mail_origin, a.mail,
         a.has_object, a.object_kept_until,
         (SELECT count(*) FROM (
            SELECT FROM ledger.alert_list p WHERE p.sha256 = a.sha256 AND p.id < a.id LIMIT ${mostRelated}
          ) before)::integer AS seen_before
  FROM ledger.alert_list a LEFT JOIN registry.registrations r ON r.id = a.registration_id`;

@Injectable()
export class AlertQuery {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly search: AlertSearchQuery,
    private readonly quarantine: QuarantineQuery,
  ) {}

  async list(query: AlertsQuery) {
    const order = orders[query.sort];
    const cursor = readCursor(query.cursor, z.array(z.int().min(0)).length(order.keys.length));
    const conditions = await this.search.addTo(filterAlerts(query), query.q);
    if (cursor !== null) {
      const places = cursor.map((key) => conditions.place(key)).join(', ');
      conditions.addPlaced(`(${order.keys.join(', ')}) ${order.isRising ? '>' : '<'} (${places})`);
    }
    const limit = conditions.place(query.limit + 1);
    const answer = await this.database.query(
      `${selectAlerts} ${conditions.where} ORDER BY ${order.by} LIMIT ${limit}`,
      conditions.values,
    );
    const rows = readRows(alertRowSchema, answer.rows);
    return toPage(rows, query.limit, {
      item: toListItem,
      keys: (row) => (query.sort === 'importance' ? [ranks[row.importance], row.id] : [row.id]),
    });
  }

  /** As the list has them, with what a table to keep says besides: what was not examined, and how each was closed. */
  async listToExport(query: AlertsQuery) {
    const { items, nextCursor } = await this.list(query);
    const ids = items.map(({ id }) => id);
    const [closings, unexamined] = await Promise.all([this.closingsOf(ids), this.unexaminedOf(ids)]);
    return {
      items: items.map((item) => ({
        ...item,
        closing: item.state === 'closed' ? (closings.get(item.id) ?? null) : null,
        ...(unexamined.get(item.id) ?? { notExamined: [], notExaminedTotal: 0 }),
      })),
      nextCursor,
    };
  }

  /** Who closed each last, when, and what was said with it. */
  private async closingsOf(ids: readonly number[]) {
    const answer = await this.database.query(
      `SELECT DISTINCT ON (alert_id) alert_id, at, operator, comment FROM ledger.alert_changes
       WHERE alert_id = ANY ($1) AND state_after = 'closed' ORDER BY alert_id, id DESC`,
      [ids],
    );
    const rows = readRows(closingRowSchema, answer.rows);
    return new Map(
      rows.map(({ alert_id, at, ...closing }) => [alert_id, { ...closing, at: at.toISOString() }]),
    );
  }

  private async unexaminedOf(ids: readonly number[]) {
    const answer = await this.database.query(
      `SELECT id, not_examined AS "notExamined", not_examined_total AS "notExaminedTotal" FROM ledger.alert_list
       WHERE id = ANY ($1) AND not_examined_total > 0`,
      [ids],
    );
    const rows = readRows(unexaminedRowSchema, answer.rows);
    return new Map(rows.map(({ id, ...unexamined }) => [id, unexamined]));
  }

  /** How many fit, counted up to a bound, and the newest id there is. */
  async count({ throughId, ...filters }: AlertCount) {
    const conditions = (await this.search.addTo(filterAlerts(filters), filters.q)).add(
      'a.id <= ?',
      throughId,
    );
    const answer = await this.database.query(
      `SELECT (SELECT count(*) FROM (
                 SELECT FROM ledger.alert_list a ${conditions.where} LIMIT ${mostCounted + 1}
               ) fitting)::integer AS count,
              (SELECT coalesce(max(id), 0) FROM ledger.alert_list) AS newest_id`,
      conditions.values,
    );
    const { count = 0, newest_id = 0 } = readRow(countRowSchema, answer.rows) ?? {};
    return { count: Math.min(count, mostCounted), isMore: count > mostCounted, newestId: newest_id };
  }

  /** Ids of what fits, newest first, a part at a time. */
  async idsOf(filters: AlertFilters, part: { throughId: number; cursor: string | undefined; limit: number }) {
    const before = readCursor(part.cursor, idCursorSchema)?.[0];
    const conditions = (await this.search.addTo(filterAlerts(filters), filters.q))
      .add('a.id <= ?', part.throughId)
      .add('a.id < ?', before);
    const limit = conditions.place(part.limit + 1);
    const answer = await this.database.query(
      `SELECT a.id FROM ledger.alert_list a ${conditions.where} ORDER BY a.id DESC LIMIT ${limit}`,
      conditions.values,
    );
    const rows = readRows(idRowSchema, answer.rows);
    return toPage(rows, part.limit, { item: ({ id }) => id, keys: ({ id }) => [id] });
  }

  /** One alert with everything about it, or null. */
  async show(id: number) {
    const answer = await this.database.query(`${selectAlerts} WHERE a.id = $1`, [id]);
    const row = readRow(alertRowSchema, answer.rows);
    if (row === null) return null;
    const [changes, sameObject, kept, isRemoved] = await Promise.all([
      this.changes(id),
      this.sameObject(row),
      this.quarantine.itemsOf([row.submission_id]),
      this.isScanRemoved(row),
    ]);
    const card = toCard(row, isRemoved);
    return { ...toListItem(row), ...card, kept: kept.get(row.submission_id) ?? null, changes, sameObject };
  }

  private async changes(id: number) {
    const answer = await this.database.query(
      `SELECT at, operator, state_before, state_after, assignee_before, assignee_after,
         disposition_before, disposition_after, comment
       FROM ledger.alert_changes WHERE alert_id = $1 ORDER BY id`,
      [id],
    );
    const rows = readRows(changeRowSchema, answer.rows);
    return rows.map((row) => ({
      at: row.at.toISOString(),
      operator: row.operator,
      stateBefore: row.state_before,
      stateAfter: row.state_after,
      assigneeBefore: row.assignee_before,
      assigneeAfter: row.assignee_after,
      dispositionBefore: row.disposition_before,
      dispositionAfter: row.disposition_after,
      comment: row.comment,
    }));
  }

  private async isScanRemoved({ submission_id }: AlertRow): Promise<boolean> {
    const answer = await this.database.query('SELECT FROM ledger.scan_list WHERE submission_id = $1', [
      submission_id,
    ]);
    return answer.rowCount === 0;
  }

  /** Other alerts on the same bytes, newest first. */
  private async sameObject(row: AlertRow) {
    const answer = await this.database.query(
      `SELECT id, created_at, sensor_id, state FROM ledger.alert_list
       WHERE sha256 = $1 AND id <> $2 ORDER BY id DESC LIMIT ${mostRelated}`,
      [row.sha256, row.id],
    );
    const rows = readRows(sameObjectRowSchema, answer.rows);
    return rows.map((one) => ({
      id: one.id,
      createdAt: one.created_at.toISOString(),
      sensorId: one.sensor_id,
      state: one.state,
    }));
  }
}

const toListItem = (row: AlertRow) => ({
  id: row.id,
  createdAt: row.created_at.toISOString(),
  importance: row.importance,
  state: row.state,
  disposition: row.disposition,
  assignee: row.assignee,
  changedAt: row.changed_at?.toISOString() ?? null,
  technologies: row.technologies,
  names: row.names,
  detectionsTotal: row.detections_total,
  source: row.type,
  sensorId: row.sensor_id,
  systemName: row.system_name,
  registrationId: row.registration_id,
  scanId: row.scan_id,
  sourceAddress: row.source_address,
  rescanned: rescannedOf(row.rescanned),
  /** Earlier alerts on the same bytes; counted up to 50. */
  seenBefore: row.seen_before,
  object: { name: row.object_name, type: row.object_type, size: row.size_bytes, sha256: row.sha256 },
  /** As the message claims; null when the object is no mail. */
  message: toMessage(row),
});

function toMessage({ type, mail, mail_from, rcpt_to }: AlertRow) {
  const headers = mail as Partial<MailHeaders> | null;
  if (type !== 'mail' && headers === null) return null;
  const recipients = (rcpt_to as string[] | null) ?? [];
  return {
    subject: headers?.subject ?? null,
    sender: mail_from ?? headers?.from ?? null,
    recipients: recipients.length > 0 ? recipients : (headers?.to ?? []),
  };
}

const toCard = (row: AlertRow, isRemoved: boolean) => ({
  scan: {
    id: row.submission_id,
    scanId: row.scan_id,
    sensorInstanceId: row.instance === '' ? null : row.instance,
    sourceAddress: row.source_address,
    isRemoved,
  },
  times: {
    submitted: row.submitted_at.toISOString(),
    started: row.started_at?.toISOString() ?? null,
    finished: row.finished_at.toISOString(),
  },
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
  detections: row.detections,
  engines: row.engines,
  notExamined: row.not_examined,
  notExaminedTotal: row.not_examined_total,
  policyApplied: row.policy_applied,
  reused: reusedOf(row),
  mail:
    row.type === 'mail' || row.mail !== null
      ? { from: row.mail_from, to: row.rcpt_to, headers: row.mail, origin: row.mail_origin }
      : null,
});
