import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { operatorRoles } from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import type { Repository } from 'typeorm';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import type { Transaction } from '../registry/registry-transaction.js';
import type { Caller } from '../api/caller.js';
import { mustChangePassword } from '../operators/operator.store.js';
import { SessionEntity } from '../operators/session.entity.js';
import { csrfTokenOf, hashSecret, makeSecret } from '../operators/secret-value.js';

const idHashRowSchema = z.object({ id_hash: z.string() });

/** A session ends after this time without a request, and in any case after `sessionHours`. */
export const idleMinutes = 60;
export const sessionHours = 12;

const sessionRowSchema = z.object({
  id: z.string(),
  username: z.string(),
  role: z.enum(operatorRoles),
  must_change_password: z.boolean(),
  can_read_mail: z.boolean(),
  is_stale: z.boolean(),
});

@Injectable()
export class SessionStore {
  constructor(
    @InjectRepository(SessionEntity) private readonly sessions: Repository<SessionEntity>,
    @Inject(databaseToken) private readonly database: Database,
  ) {}

  /** The value for the cookie; only its hash is stored. */
  async open(tx: Transaction, operatorId: string, address: string): Promise<string> {
    const secret = makeSecret();
    await tx.entities.insert(SessionEntity, {
      idHash: hashSecret(secret),
      operatorId,
      address,
      expiresAt: () => `now() + make_interval(hours => ${sessionHours})`,
    });
    return secret;
  }

  /** Asked with each request: one statement, by the database's clock. */
  async identify(secret: string, address: string): Promise<Caller | null> {
    const sessionHash = hashSecret(secret);
    const { rows } = await this.database.query(
      `SELECT o.id, o.username, o.role, ${mustChangePassword} AS must_change_password, o.can_read_mail,
         s.last_used_at < now() - interval '1 minute' AS is_stale
       FROM registry.sessions s JOIN registry.operators o ON o.id = s.operator_id
       WHERE s.id_hash = $1 AND NOT o.is_disabled AND s.expires_at > now()
         AND s.last_used_at > now() - make_interval(mins => $2)`,
      [sessionHash, idleMinutes],
    );
    const row = readRow(sessionRowSchema, rows);
    if (row === null) return null;
    if (row.is_stale) await this.sessions.update(sessionHash, { lastUsedAt: () => 'now()' });
    return {
      kind: 'operator',
      id: row.id,
      name: row.username,
      role: row.role,
      address,
      sessionHash,
      csrfToken: csrfTokenOf(secret),
      mustChangePassword: row.must_change_password,
      canReadMail: row.can_read_mail,
    };
  }

  /** Which of these still stand; a stream that stays open is no use of its session. */
  async stillOpen(sessionHashes: readonly string[]): Promise<string[]> {
    const answer = await this.database.query(
      `SELECT s.id_hash FROM registry.sessions s JOIN registry.operators o ON o.id = s.operator_id
       WHERE s.id_hash = ANY ($1) AND NOT o.is_disabled AND s.expires_at > now()
         AND s.last_used_at > now() - make_interval(mins => $2)`,
      [sessionHashes, idleMinutes],
    );
    const rows = readRows(idHashRowSchema, answer.rows);
    return rows.map((row) => row.id_hash);
  }

  async close(sessionHash: string): Promise<void> {
    await this.sessions.delete(sessionHash);
  }

  async purge(): Promise<void> {
    const query = this.sessions.createQueryBuilder().delete().where('expires_at < now()');
    await query
      .orWhere('last_used_at < now() - make_interval(mins => :idleMinutes)', { idleMinutes })
      .execute();
  }
}
