import type { Query } from './applied.js';

const pageSize = 10_000;

/** An entry's number and hash, as the head was sent out at some time. */
export interface AuditHead {
  readonly id: number;
  readonly hash: string;
}

export interface AuditVerification {
  /** Entries looked at: all there are. */
  readonly entries: number;
  /** What retention removed, up to this number. */
  readonly removedThrough: number;
  readonly head: AuditHead;
  /** Null: the chain is whole. */
  readonly problem: string | null;
}

interface Position {
  id: number;
  hash: string;
}

/**
 * Recomputes the chain from the last checkpoint to its head. `known`: heads that went out earlier, each of which has to
 * be an entry of the chain. Run it in one REPEATABLE READ transaction: retention may remove entries meanwhile.
 */
export async function verifyAudit(
  query: Query,
  known: readonly AuditHead[] = [],
): Promise<AuditVerification> {
  const checkpoint = await positionOf(query, 'SELECT through_id AS id, hash FROM registry.audit_checkpoint');
  const head = await positionOf(query, 'SELECT id, hash FROM registry.audit_head');
  const at: Position = { ...checkpoint };
  let entries = 0;
  let problem = await checkpointProblem(query, checkpoint);
  while (problem === null) {
    const { rows } = await query(pageSql, [at.id, at.hash, pageSize]);
    const wrong = rows.find((row) => row['is_right'] !== true);
    const last = rows.at(-1);
    entries += rows.length;
    if (wrong !== undefined)
      problem = `entry ${String(wrong['id'])} is not what was written after the entry before it: it, or one before it, was changed, removed or added`;
    if (last === undefined) break;
    Object.assign(at, { id: Number(last['id']), hash: String(last['hash']) });
  }
  if (at.id !== head.id || at.hash !== head.hash)
    problem ??= `the newest entries are missing: the last one is ${at.id}, the head says ${head.id}`;
  for (const one of known) problem ??= await knownProblem(query, one, checkpoint);
  return { entries, removedThrough: checkpoint.id, head, problem };
}

const pageSql = `
SELECT a.id, a.hash, a.hash = registry.audit_hash(lag(a.hash, 1, $2) OVER (ORDER BY a.id), a.id, a.at, a.actor,
  a.actor_kind, a.address, a.action, a.target, a.before, a.after) AS is_right
FROM (SELECT * FROM registry.audit WHERE id > $1 ORDER BY id LIMIT $3) a ORDER BY a.id`;

async function positionOf(query: Query, sql: string): Promise<Position> {
  const row = (await query(sql)).rows[0];
  if (row === undefined) throw new Error('the audit log has no head or checkpoint; restore the database');
  return { id: Number(row['id']), hash: String(row['hash']) };
}

/** Retention leaves an entry that says up to where it removed; without it the beginning was cut by someone else. */
async function checkpointProblem(query: Query, checkpoint: Position): Promise<string | null> {
  if (checkpoint.id === 0) return null;
  const { rows } = await query(
    `SELECT FROM registry.audit WHERE action = 'audit.expire' AND actor_kind = 'system'
       AND after ->> 'throughId' = $1::text AND after ->> 'hash' = $2`,
    [checkpoint.id, checkpoint.hash],
  );
  return rows.length > 0
    ? null
    : `the entries up to ${checkpoint.id} were removed by something else than retention`;
}

async function knownProblem(query: Query, known: AuditHead, checkpoint: Position): Promise<string | null> {
  // What retention removed is vouched for by what follows it.
  if (known.id < checkpoint.id || (known.id === checkpoint.id && known.hash === checkpoint.hash)) return null;
  const { rows } = await query('SELECT FROM registry.audit WHERE id = $1 AND hash = $2', [
    known.id,
    known.hash,
  ]);
  return rows.length > 0
    ? null
    : `entry ${known.id}, which was sent out with hash ${known.hash}, is missing or another now: the log was cut or written anew`;
}
