import { readRow, readRows, type Database, type Query } from '@sluice/database';
import { alertEventOf, alertFactsRowSchema, matchesAlert, type AlertEvent } from '@sluice/notifications';
import type { Logger } from '@sluice/runtime';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { planDeliveries } from './plan-deliveries.js';
import { readPlanState, writePlan } from './plan-state.query.js';
import { readEnabledRules, type EnabledRule } from './rules.query.js';

const heldRowSchema = z.object({ held: z.boolean() });

const maxEvents = 200;
/** One instance at a time, so that alerts are told in their order and limits are exact. */
const lockName = 'deliveries.make';

/** The outbox row, with the alert's facts (`alertFactsRowSchema`) unless retention removed the alert. */
const outboxRowSchema = z.looseObject({
  outbox_id: z.int(),
  event_id: z.string(),
  alert_id: z.int().nullable(),
});
type OutboxRow = z.infer<typeof outboxRowSchema>;

/** Turns alerts into deliveries: one per alert and rule, in the transaction that takes the alerts out of the outbox. */
export class MakeDeliveries {
  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  /** How many alerts it took. */
  run(): Promise<number> {
    return this.database.transaction(async (query) => {
      if (!(await holdsLock(query))) return 0;
      const rows = await readOutbox(query);
      if (rows.length === 0) return 0;
      const alerts = rows.flatMap((row) => this.read(row));
      const rules = await readEnabledRules(query);
      await this.place(query, alerts, rules);
      await query('DELETE FROM ledger.outbox WHERE alert_id = ANY ($1)', [rows.map((row) => row.outbox_id)]);
      return rows.length;
    });
  }

  private read(row: OutboxRow): AlertEvent[] {
    if (row.alert_id === null) return [];
    try {
      return readRows(alertFactsRowSchema, [row]).map((facts) => alertEventOf(facts, row.event_id));
    } catch (err) {
      // It is in the console all the same; one bad row must not hold up the others.
      this.logger.error({ err, alertId: row.alert_id }, 'alert cannot be told');
      return [];
    }
  }

  private async place(
    query: Query,
    alerts: readonly AlertEvent[],
    rules: readonly EnabledRule[],
  ): Promise<void> {
    const told = new Map<string, AlertEvent>();
    const matched = rules.map((rule) => {
      const events = alerts.filter((alert) => matchesAlert(rule.match, alert));
      for (const event of events) told.set(event.eventId, event);
      return { rule, events };
    });
    if (told.size === 0) return;
    await writeEvents(query, [...told.values()]);
    for (const { rule, events } of matched.filter((one) => one.events.length > 0)) {
      const state = await readPlanState(query, rule.id);
      const eventIds = events.map((event) => event.eventId);
      const options = { ...rule, nowMs: Date.now(), makeId: randomUUID };
      await writePlan(query, rule, planDeliveries(eventIds, state, options));
    }
  }
}

async function holdsLock(query: Query): Promise<boolean> {
  const answer = await query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS held', [lockName]);
  return readRow(heldRowSchema, answer.rows)?.held === true;
}

async function readOutbox(query: Query): Promise<OutboxRow[]> {
  const { rows } = await query(
    `SELECT o.alert_id AS outbox_id, o.event_id, f.*
     FROM (SELECT alert_id, event_id FROM deliveries.outbox ORDER BY alert_id LIMIT ${maxEvents}) o
     LEFT JOIN deliveries.alert_facts f ON f.alert_id = o.alert_id
     ORDER BY o.alert_id`,
  );
  return readRows(outboxRowSchema, rows);
}

async function writeEvents(query: Query, alerts: readonly AlertEvent[]): Promise<void> {
  await query(
    `INSERT INTO deliveries.events (id, kind, alert_id, facts, created_at)
     SELECT (facts ->> 'eventId')::uuid, 'alert', (facts ->> 'alertId')::bigint, facts, (facts ->> 'createdAt')::timestamptz
     FROM jsonb_array_elements($1::jsonb) AS f (facts)
     ON CONFLICT (id) DO NOTHING`,
    [JSON.stringify(alerts)],
  );
}
