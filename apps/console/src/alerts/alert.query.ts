import { Inject, Injectable } from '@nestjs/common';
import type { AlertCount, AlertFilters, AlertsQuery } from '@sluice/console-api/requests';
import { alertDispositions, alertStates, type Importance } from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { idCursorSchema, readCursor, toPage } from '../lists/list-page.js';
import { QuarantineQuery } from '../quarantine/quarantine.query.js';
import {
  alertRowSchema,
  mostRelated,
  selectAlerts,
  toCard,
  toListItem,
  type AlertRow,
} from './alert-item.js';
import { AlertSearchQuery } from './alert-search.query.js';
import { filterAlerts } from './filter-alerts.js';

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
