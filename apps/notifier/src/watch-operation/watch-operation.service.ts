import { readRow, readRows, type Database, type Query } from '@sluice/database';
import {
  maxListedProblems,
  type OperationEvent,
  type OperationMatch,
  type OperationProblem,
} from '@sluice/notifications';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readEnabledRules, type EnabledRule } from '../make-deliveries/rules.query.js';
import { findProblems } from './find-problems.js';
import { readOperation } from './operation.query.js';

const heldRowSchema = z.object({ held: z.boolean() });
const kindRowSchema = z.object({ kind: z.string(), subject: z.string() });

/** At most one notice of a rule in this time; what comes up meanwhile is told together afterwards. */
const noticeEvery = '10 minutes';
const lockName = 'deliveries.watch';
/** It looks every few seconds; the database was away for longer. */
const longestGapMs = 60_000;

/** Tells each problem of operation once, when it begins; again only after it was over in between. */
export class WatchOperation {
  /** Since when it has looked without a gap: after one, consoles too have yet to look again. */
  private watchedSinceMs = Date.now();
  private lookedAtMs = Date.now();

  constructor(
    private readonly database: Database,
    private readonly broker: { readonly problem: string | null },
  ) {}

  /** How many notices it made. */
  async run(): Promise<number> {
    if (Date.now() > this.lookedAtMs + longestGapMs) this.watchedSinceMs = Date.now();
    const notices = await this.look();
    this.lookedAtMs = Date.now();
    return notices;
  }

  private look(): Promise<number> {
    return this.database.transaction(async (query) => {
      const rules = (await readEnabledRules(query)).filter((rule) => rule.match.operation !== null);
      if (rules.length === 0 || !(await holdsLock(query))) return 0;
      const operation = await readOperation(query);
      let notices = 0;
      for (const rule of rules) {
        const { problem: brokerProblem } = this.broker;
        const { watchedSinceMs } = this;
        const scope = { since: rule.createdAt, nowMs: Date.now(), brokerProblem, watchedSinceMs };
        const problems = findProblems(operation, rule.match.operation as OperationMatch, scope);
        if (await this.tell(query, rule, problems)) notices += 1;
      }
      return notices;
    });
  }

  private async tell(
    query: Query,
    rule: EnabledRule,
    problems: readonly OperationProblem[],
  ): Promise<boolean> {
    await forgetOver(query, rule.id, problems);
    const fresh = await keepUntold(query, rule.id, problems);
    if (fresh.length === 0 || (await toldLately(query, rule.id))) return false;
    const event: OperationEvent = {
      kind: 'operation',
      eventId: randomUUID(),
      createdAt: new Date().toISOString(),
      problems: fresh.slice(0, maxListedProblems),
      problemsTotal: fresh.length,
    };
    await writeNotice(query, rule, event);
    await query(
      `INSERT INTO deliveries.told_problems (rule_id, kind, subject, told_at)
       SELECT $1, kind, subject, clock_timestamp() FROM unnest($2::text[], $3::text[]) AS p (kind, subject)
       ON CONFLICT DO NOTHING`,
      [rule.id, fresh.map((one) => one.kind), fresh.map((one) => one.subject)],
    );
    return true;
  }
}

async function holdsLock(query: Query): Promise<boolean> {
  const answer = await query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS held', [lockName]);
  return readRow(heldRowSchema, answer.rows)?.held === true;
}

async function forgetOver(
  query: Query,
  ruleId: string,
  problems: readonly OperationProblem[],
): Promise<void> {
  await query(
    `DELETE FROM deliveries.told_problems t WHERE t.rule_id = $1 AND NOT EXISTS (
       SELECT FROM unnest($2::text[], $3::text[]) AS p (kind, subject) WHERE p.kind = t.kind AND p.subject = t.subject)`,
    [ruleId, problems.map((one) => one.kind), problems.map((one) => one.subject)],
  );
}

async function keepUntold(
  query: Query,
  ruleId: string,
  problems: readonly OperationProblem[],
): Promise<OperationProblem[]> {
  const answer = await query('SELECT kind, subject FROM deliveries.told_problems WHERE rule_id = $1', [
    ruleId,
  ]);
  const rows = readRows(kindRowSchema, answer.rows);
  const told = new Set(rows.map((row) => `${row.kind} ${row.subject}`));
  return problems.filter((one) => !told.has(`${one.kind} ${one.subject}`));
}

async function toldLately(query: Query, ruleId: string): Promise<boolean> {
  const { rows } = await query(
    `SELECT FROM deliveries.deliveries WHERE rule_id = $1 AND kind = 'operation'
       AND created_at > clock_timestamp() - interval '${noticeEvery}' LIMIT 1`,
    [ruleId],
  );
  return rows.length > 0;
}

async function writeNotice(query: Query, rule: EnabledRule, event: OperationEvent): Promise<void> {
  await query(
    `INSERT INTO deliveries.events (id, kind, facts, created_at) VALUES ($1, 'operation', $2, $3)`,
    [event.eventId, JSON.stringify(event), event.createdAt],
  );
  await query(
    `INSERT INTO deliveries.deliveries (id, kind, state, rule_id, rule_name, channel_id, channel_name, event_id, due_at)
     VALUES (gen_random_uuid(), 'operation', 'waiting', $1, $2, $3, $4, $5, clock_timestamp())`,
    [rule.id, rule.name, rule.channelId, rule.channelName, event.eventId],
  );
}
