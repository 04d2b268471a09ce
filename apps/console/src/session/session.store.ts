import { Inject, Injectable } from '@nestjs/common';
import type { OperatorRole } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { databaseToken } from '../connections/connection-tokens.js';
import type { Queryable } from '../registry/registry-transaction.js';
import type { Caller } from '../api/caller.js';
import { mustChangePassword } from '../operators/operator.store.js';
import { csrfTokenOf, hashSecret, makeSecret } from '../operators/secret-value.js';

/** A session ends after this time without a request, and in any case after `sessionHours`. */
export const idleMinutes = 60;
export const sessionHours = 12;

interface SessionRow {
  readonly id: string;
  readonly username: string;
  readonly role: OperatorRole;
  readonly must_change_password: boolean;
}

@Injectable()
export class SessionStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  /** The value for the cookie; only its hash is stored. */
  async open(tx: Queryable, operatorId: string, address: string): Promise<string> {
    const secret = makeSecret();
    await tx.query(
      `INSERT INTO registry.sessions (id_hash, operator_id, address, expires_at)
       VALUES ($1, $2, $3, now() + make_interval(hours => $4))`,
      [hashSecret(secret), operatorId, address, sessionHours],
    );
    return secret;
  }

  async identify(secret: string, address: string): Promise<Caller | null> {
    const sessionHash = hashSecret(secret);
    const { rows } = await this.database.query<SessionRow & { is_stale: boolean }>(
      `SELECT o.id, o.username, o.role, ${mustChangePassword} AS must_change_password,
         s.last_used_at < now() - interval '1 minute' AS is_stale
       FROM registry.sessions s JOIN registry.operators o ON o.id = s.operator_id
       WHERE s.id_hash = $1 AND NOT o.is_disabled AND s.expires_at > now()
         AND s.last_used_at > now() - make_interval(mins => $2)`,
      [sessionHash, idleMinutes],
    );
    const row = rows[0];
    if (row === undefined) return null;
    if (row.is_stale) await this.touch(sessionHash);
    return {
      kind: 'operator',
      id: row.id,
      name: row.username,
      role: row.role,
      address,
      sessionHash,
      csrfToken: csrfTokenOf(secret),
      mustChangePassword: row.must_change_password,
    };
  }

  /** Which of these still stand; a stream that stays open is no use of its session. */
  async stillOpen(sessionHashes: readonly string[]): Promise<string[]> {
    const { rows } = await this.database.query<{ id_hash: string }>(
      `SELECT s.id_hash FROM registry.sessions s JOIN registry.operators o ON o.id = s.operator_id
       WHERE s.id_hash = ANY ($1) AND NOT o.is_disabled AND s.expires_at > now()
         AND s.last_used_at > now() - make_interval(mins => $2)`,
      [sessionHashes, idleMinutes],
    );
    return rows.map((row) => row.id_hash);
  }

  async close(sessionHash: string): Promise<void> {
    await this.database.query('DELETE FROM registry.sessions WHERE id_hash = $1', [sessionHash]);
  }

  async purge(): Promise<void> {
    await this.database.query(
      `DELETE FROM registry.sessions
       WHERE expires_at < now() OR last_used_at < now() - make_interval(mins => $1)`,
      [idleMinutes],
    );
  }

  private async touch(sessionHash: string): Promise<void> {
    await this.database.query('UPDATE registry.sessions SET last_used_at = now() WHERE id_hash = $1', [
      sessionHash,
    ]);
  }
}
