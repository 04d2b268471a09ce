import { Inject, Injectable } from '@nestjs/common';
import type { AuditQuery } from '@sluice/console-api/requests';
import { DatabaseError, readRow, readRows, type Database } from '@sluice/database';
import { verifyAudit, type AuditHead, type AuditVerification } from '@sluice/schema';
import { z } from 'zod';
import { unauthorized } from '../api/api.errors.js';
import { databaseToken } from '../connections/connection-tokens.js';
import type { Caller } from '../api/caller.js';
import { Conditions, containing } from '../lists/conditions.js';
import { idCursorSchema, readCursor, toPage, type ListPage } from '../lists/list-page.js';
import type { Queryable } from '../registry/registry-transaction.js';

export interface AuditActor {
  readonly kind: Caller['kind'] | 'system';
  readonly name: string;
  /** What the database finds the name by: the session's hash, the token's id; of the console itself its name. */
  readonly proof: string;
  readonly address: string | null;
}

/** The console itself: first values, pins, expiry. */
export const systemActor: AuditActor = { kind: 'system', name: 'system', proof: 'system', address: null };

export interface AuditEntry {
  readonly actor: AuditActor;
  /** `<resource>.<verb>`. */
  readonly action: string;
  readonly target: string | null;
  /** Never a secret: passwords and tokens are left out by those who call. */
  readonly before?: unknown;
  readonly after?: unknown;
}

const auditRowSchema = z.object({
  id: z.int(),
  at: z.date(),
  actor: z.string(),
  actor_kind: z.string(),
  address: z.string().nullable(),
  action: z.string(),
  target: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
});
type AuditRow = z.infer<typeof auditRowSchema>;
const idRowSchema = z.object({ id: z.string() });

@Injectable()
export class AuditStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  /**
   * The entry stands or falls with the change it tells of, so it takes the change's transaction; null for what changes
   * nothing. The last statement of its transaction: the audit log is held until the commit.
   */
  async record(tx: Queryable | null, entry: AuditEntry): Promise<void> {
    const { kind, proof, address } = entry.actor;
    await whileSignedIn(
      (tx ?? this.database).query('SELECT registry.append_console_audit($1, $2, $3, $4, $5, $6, $7)', [
        ...[kind, proof, address, entry.action, entry.target],
        ...[toJson(entry.before), toJson(entry.after)],
      ]),
    );
  }

  /** Before `results` is asked for a change: with the id it writes the entry, once, in the name of who asks. */
  async announce({ kind, proof, address }: AuditActor, action: string): Promise<string> {
    const { rows } = await whileSignedIn(
      this.database.query('SELECT registry.announce_change($1, $2, $3, $4) AS id', [
        ...[kind, proof, address, action],
      ]),
    );
    const announced = readRow(idRowSchema, rows);
    if (announced === null) throw new Error('registry.announce_change answered without an id');
    return announced.id;
  }

  async list(query: AuditQuery) {
    const cursor = readCursor(query.cursor, idCursorSchema);
    const conditions = new Conditions()
      .add('id < ?', cursor?.[0])
      .add('actor = ?', query.actor)
      .add("(action = ? OR split_part(action, '.', 1) = ?)", query.action)
      .add('target ILIKE ?', containing(query.target))
      .add('at >= ?', query.from)
      .add('at < ?', query.until);
    const limit = conditions.place(query.limit + 1);
    const answer = await this.database.query(
      `SELECT id, at, actor, actor_kind, address, action, target, before, after
       FROM registry.audit ${conditions.where} ORDER BY id DESC LIMIT ${limit}`,
      conditions.values,
    );
    const rows = readRows(auditRowSchema, answer.rows);
    return toPage(rows, query.limit, { item: toItem, keys: (row) => [row.id] }) satisfies ListPage<unknown>;
  }

  /** Some of what is older; the next round takes the rest. The database itself keeps the last 30 days. */
  async purge(days: number): Promise<void> {
    await this.database.query('SELECT registry.expire_audit($1)', [days]);
  }

  /** Is the chain whole, and are these heads, sent out earlier, part of it? */
  verify(known: readonly AuditHead[]): Promise<AuditVerification> {
    return this.database.transaction(async (query) => {
      await query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      return verifyAudit((sql, values) => query(sql, values ?? []), known);
    });
  }
}

const toItem = (row: AuditRow) => ({
  id: row.id,
  at: row.at.toISOString(),
  actor: row.actor,
  actorKind: row.actor_kind,
  address: row.address,
  action: row.action,
  target: row.target,
  before: row.before,
  after: row.after,
});

const toJson = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);

export const actorOf = (caller: Caller): AuditActor => ({
  kind: caller.kind,
  name: caller.name,
  proof: caller.sessionHash ?? caller.id,
  address: caller.address,
});

/** The session or token may have ended since the request was let in: then its change is not made. */
async function whileSignedIn<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlState === signedInNoMore) throw unauthorized();
    throw error;
  }
}
const signedInNoMore = '28000';
