import { Inject, Injectable } from '@nestjs/common';
import { deliveryKinds, deliveryStates } from '@sluice/console-api';
import type { DeliveriesQuery } from '@sluice/console-api/requests';
import { readRow, readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../../connections/connection-tokens.js';
import { Conditions } from '../../lists/conditions.js';
import { idCursorSchema, readCursor, toPage } from '../../lists/list-page.js';

/** Out of JSON, with PostgreSQL's own form of a time. */
const attemptSchema = z.object({
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  outcome: z.enum(['delivered', 'failed']).nullable(),
  answer: z.string().nullable(),
  instance: z.string(),
});

const deliveryRowSchema = z.object({
  id: z.string(),
  seq: z.int(),
  kind: z.enum(deliveryKinds),
  state: z.enum(deliveryStates),
  rule_id: z.string().nullable(),
  rule_name: z.string().nullable(),
  channel_id: z.string(),
  channel_name: z.string(),
  event_id: z.string().nullable(),
  part_of: z.string().nullable(),
  alert_id: z.int().nullable(),
  object_name: z.string().nullable(),
  problems: z.array(z.string()).nullable(),
  events_total: z.int().nullable(),
  operator: z.string().nullable(),
  attempts: z.int(),
  due_at: z.date(),
  lease: z.string().nullable(),
  last_answer: z.string().nullable(),
  created_at: z.date(),
  finished_at: z.date().nullable(),
  attempt_log: z.array(attemptSchema).nullable(),
});
type DeliveryRow = z.infer<typeof deliveryRowSchema>;

const select = `
  SELECT d.id, d.seq, d.kind, d.state, d.rule_id, d.rule_name, d.channel_id, d.channel_name, d.event_id, d.part_of,
    e.alert_id, e.facts ->> 'objectName' AS object_name,
    CASE WHEN e.kind = 'operation' THEN ARRAY(SELECT p ->> 'text' FROM jsonb_array_elements(e.facts -> 'problems') p) END
      AS problems,
    d.events_total, d.operator, d.attempts, d.due_at, d.lease, d.last_answer, d.created_at, d.finished_at,
    (SELECT jsonb_agg(jsonb_build_object('startedAt', a.started_at, 'finishedAt', a.finished_at, 'outcome', a.outcome,
       'answer', a.answer, 'instance', a.instance) ORDER BY a.id)
     FROM deliveries.attempts a WHERE a.delivery_id = d.id) AS attempt_log
  FROM deliveries.deliveries d LEFT JOIN deliveries.events e ON e.id = d.event_id`;

@Injectable()
export class DeliveryQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(query: DeliveriesQuery) {
    const isRising = query.sort === 'oldest';
    const conditions = new Conditions()
      .add(`d.seq ${isRising ? '>' : '<'} ?`, readCursor(query.cursor, idCursorSchema)?.[0])
      .add('d.state = ?', query.state)
      .add('d.kind = ?', query.kind)
      .add('d.channel_id = ?', query.channelId)
      .add('d.rule_id = ?', query.ruleId)
      // Always by a rule: said, so that the index of the events' deliveries serves.
      .add('e.alert_id = ? AND d.rule_id IS NOT NULL', query.alertId)
      .add('d.part_of = ?', query.partOf)
      .add('d.created_at >= ?', query.from)
      .add('d.created_at < ?', query.until);
    const limit = conditions.place(query.limit + 1);
    const answer = await this.database.query(
      `${select} ${conditions.where} ORDER BY d.seq ${isRising ? '' : 'DESC'} LIMIT ${limit}`,
      conditions.values,
    );
    const rows = readRows(deliveryRowSchema, answer.rows);
    return toPage(rows, query.limit, { item: toItem, keys: (row) => [row.seq] });
  }

  async show(id: string) {
    const answer = await this.database.query(`${select} WHERE d.id = $1`, [id]);
    const row = readRow(deliveryRowSchema, answer.rows);
    return row === null ? null : toItem(row);
  }
}

const toItem = (row: DeliveryRow) => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  rule: row.rule_id === null ? null : { id: row.rule_id, name: row.rule_name },
  channel: { id: row.channel_id, name: row.channel_name },
  eventId: row.event_id,
  alertId: row.alert_id,
  objectName: row.object_name,
  problems: row.problems,
  partOf: row.part_of,
  eventsTotal: row.events_total,
  operator: row.operator,
  isBeingSent: row.lease !== null,
  /** Null: no attempt is to come. */
  nextAttemptAt: row.state === 'waiting' || row.state === 'gathering' ? row.due_at.toISOString() : null,
  lastAnswer: row.last_answer,
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
  attempts: (row.attempt_log ?? []).map((attempt) => ({
    ...attempt,
    startedAt: new Date(attempt.startedAt).toISOString(),
    finishedAt: attempt.finishedAt === null ? null : new Date(attempt.finishedAt).toISOString(),
  })),
});
