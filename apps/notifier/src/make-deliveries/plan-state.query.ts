import { readRow, readRows, type Query } from '@sluice/database';
import { z } from 'zod';
import type { OpenBatch, Plan, PlanState, RuleWindow } from './plan-deliveries.js';
import type { EnabledRule } from './rules.query.js';

const windowSchema = z.object({ started_at: z.date(), messages: z.number() });
const batchSchema = z.object({
  id: z.string(),
  kind: z.enum(['digest', 'held-back']),
  due_at: z.date(),
  events_total: z.number(),
});

/** Locks the rule's open batches: one that is due cannot be sent away while it grows. */
export async function readPlanState(query: Query, ruleId: string): Promise<PlanState> {
  const { rows: windows } = await query(
    'SELECT started_at, messages FROM deliveries.rule_windows WHERE rule_id = $1',
    [ruleId],
  );
  const { rows: batches } = await query(
    `SELECT id, kind, due_at, events_total FROM deliveries.deliveries
     WHERE rule_id = $1 AND state = 'gathering' FOR UPDATE`,
    [ruleId],
  );
  const open = readRows(batchSchema, batches).map((row) => ({
    id: row.id,
    kind: row.kind,
    dueAtMs: row.due_at.getTime(),
    events: row.events_total,
    isFull: false,
  }));
  const window = readRow(windowSchema, windows);
  return {
    window: window === null ? null : { startedAtMs: window.started_at.getTime(), messages: window.messages },
    digest: open.find((one) => one.kind === 'digest') ?? null,
    heldBack: open.find((one) => one.kind === 'held-back') ?? null,
  };
}

/** Batches first: their parts refer to them. */
export async function writePlan(query: Query, rule: EnabledRule, plan: Plan): Promise<void> {
  for (const batch of plan.batches) await writeBatch(query, rule, batch);
  await query(
    `INSERT INTO deliveries.deliveries (id, kind, state, rule_id, rule_name, channel_id, channel_name, event_id, part_of, due_at)
     SELECT gen_random_uuid(), 'alert', CASE WHEN d.part_of IS NULL THEN 'waiting' ELSE 'gathered' END,
       $1, $2, $3, $4, d.event_id, d.part_of, clock_timestamp()
     FROM ROWS FROM (unnest($5::uuid[]), unnest($6::uuid[])) WITH ORDINALITY AS d (event_id, part_of, n) ORDER BY d.n
     ON CONFLICT (event_id, rule_id) WHERE event_id IS NOT NULL AND rule_id IS NOT NULL DO NOTHING`,
    [
      rule.id,
      rule.name,
      rule.channelId,
      rule.channelName,
      plan.deliveries.map((one) => one.eventId),
      plan.deliveries.map((one) => one.partOf),
    ],
  );
  if (plan.state.window !== null) await writeWindow(query, rule.id, plan.state.window);
}

async function writeBatch(query: Query, rule: EnabledRule, batch: OpenBatch): Promise<void> {
  await query(
    `INSERT INTO deliveries.deliveries
       (id, kind, state, rule_id, rule_name, channel_id, channel_name, events_total, due_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, events_total = excluded.events_total, due_at = excluded.due_at`,
    [
      batch.id,
      batch.kind,
      batch.isFull ? 'waiting' : 'gathering',
      rule.id,
      rule.name,
      rule.channelId,
      rule.channelName,
      batch.events,
      new Date(batch.dueAtMs),
    ],
  );
}

async function writeWindow(query: Query, ruleId: string, window: RuleWindow): Promise<void> {
  await query(
    `INSERT INTO deliveries.rule_windows (rule_id, started_at, messages) VALUES ($1, $2, $3)
     ON CONFLICT (rule_id) DO UPDATE SET started_at = excluded.started_at, messages = excluded.messages`,
    [ruleId, new Date(window.startedAtMs), window.messages],
  );
}
