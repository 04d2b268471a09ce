import { Inject, Injectable } from '@nestjs/common';
import { operatorRoles, type OperatorRole } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { randomUUID } from 'node:crypto';
import { databaseToken } from '../connections/connection-tokens.js';
import type { Caller } from '../api/caller.js';
import type { Queryable } from '../registry/registry-transaction.js';
import { hashSecret } from './secret-value.js';

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly address_ranges: string[] | null;
  readonly is_local: boolean;
  readonly created_by: string;
  readonly operator: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly addressRanges: readonly string[] | null;
  readonly isLocal: boolean;
  readonly createdBy: string;
  /** Whose it is; null: this machine's, or of someone deleted. */
  readonly operator: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewTokenRow {
  readonly name: string;
  readonly role: OperatorRole;
  readonly expiresAt: string;
  readonly addressRanges: readonly string[] | null;
  readonly secret: string;
  readonly createdBy: string;
  readonly isLocal?: boolean;
  /** Null for this machine's own. */
  readonly ownerId: string | null;
}

const columns = `id, name, role, address_ranges::text[] AS address_ranges, is_local, created_by, created_at,
  expires_at, last_used_at, revoked_at,
  (SELECT o.username FROM registry.operators o WHERE o.id = tokens.owner_id) AS operator`;

/** A token does what its operator may do at most, and nothing once the operator is disabled or deleted. */
const isBacked = (
  ranks: `$${number}`,
) => `(t.is_local OR EXISTS (SELECT FROM registry.operators o WHERE o.id = t.owner_id AND NOT o.is_disabled
  AND array_position(${ranks}::text[], t.role) <= array_position(${ranks}::text[], o.role)))`;
/** Lowest first. */
const ranks = [...operatorRoles].reverse();
export const isAtMost = (role: OperatorRole, limit: OperatorRole): boolean =>
  ranks.indexOf(role) <= ranks.indexOf(limit);

@Injectable()
export class TokenStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async identify(secret: string, address: string): Promise<Caller | null> {
    const { rows } = await this.database.query<
      Pick<TokenRow, 'id' | 'name' | 'role'> & { is_stale: boolean }
    >(
      `SELECT t.id, t.name, t.role, coalesce(t.last_used_at < now() - interval '1 minute', true) AS is_stale
       FROM registry.tokens t
       WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > now()
         AND (t.address_ranges IS NULL OR nullif($2, '')::inet <<= ANY (t.address_ranges)) AND ${isBacked('$3')}`,
      [hashSecret(secret), address, ranks],
    );
    const row = rows[0];
    if (row === undefined) return null;
    if (row.is_stale) await this.touch(row.id);
    const { id, name, role } = row;
    return {
      kind: 'token',
      id,
      name,
      role,
      address,
      sessionHash: null,
      csrfToken: null,
      mustChangePassword: false,
    };
  }

  async list(limit: number, after: readonly [string, string] | null): Promise<ApiToken[]> {
    const { rows } = await this.database.query<TokenRow>(
      `SELECT ${columns} FROM registry.tokens
       WHERE $2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)
       ORDER BY created_at DESC, id DESC LIMIT $1`,
      [limit, after?.[0] ?? null, after?.[1] ?? null],
    );
    return rows.map(toToken);
  }

  async add(tx: Queryable, token: NewTokenRow): Promise<ApiToken> {
    const { rows } = await tx.query<TokenRow>(
      // Whole milliseconds, because they travel through cursors as such.
      `INSERT INTO registry.tokens (id, name, token_hash, role, address_ranges, is_local, created_by, created_at, expires_at,
         owner_id)
       VALUES ($1, $2, $3, $4, $5::cidr[], $6, $7, date_trunc('milliseconds', clock_timestamp()), $8, $9) RETURNING ${columns}`,
      [
        randomUUID(),
        token.name,
        hashSecret(token.secret),
        token.role,
        token.addressRanges,
        token.isLocal ?? false,
        token.createdBy,
        token.expiresAt,
        token.ownerId,
      ],
    );
    if (rows[0] === undefined) throw new Error('an insert without a condition returned no row');
    return toToken(rows[0]);
  }

  /** Null: unknown, or revoked already. The row stays for a while, so that the list shows what was. */
  async revoke(tx: Queryable, id: string): Promise<ApiToken | null> {
    const { rows } = await tx.query<TokenRow>(
      `UPDATE registry.tokens SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING ${columns}`,
      [id],
    );
    return rows[0] === undefined ? null : toToken(rows[0]);
  }

  /** Whose token it is; null: this machine's. */
  async ownerOf(tx: Queryable, id: string): Promise<string | null> {
    const { rows } = await tx.query<{ owner_id: string | null }>(
      'SELECT owner_id FROM registry.tokens WHERE id = $1',
      [id],
    );
    return rows[0]?.owner_id ?? null;
  }

  /** Ends an operator's tokens: all, or those of a higher role than is left. Their names, for the audit log. */
  async revokeOf(tx: Queryable, ownerId: string, roleLeft: OperatorRole | null): Promise<string[]> {
    const ended = roleLeft === null ? ranks : ranks.filter((role) => !isAtMost(role, roleLeft));
    const { rows } = await tx.query<{ name: string }>(
      `UPDATE registry.tokens SET revoked_at = now()
       WHERE owner_id = $1 AND revoked_at IS NULL AND role = ANY ($2) RETURNING name`,
      [ownerId, ended],
    );
    return rows.map(({ name }) => name);
  }

  /** Which of these still work, wherever they are used from. */
  async stillValid(ids: readonly string[]): Promise<string[]> {
    const { rows } = await this.database.query<{ id: string }>(
      `SELECT t.id FROM registry.tokens t WHERE t.id = ANY ($1) AND t.revoked_at IS NULL
         AND t.expires_at > now() AND ${isBacked('$2')}`,
      [ids, ranks],
    );
    return rows.map(({ id }) => id);
  }

  /** Is it good for at least `days` more? */
  async isValidLocal(secret: string, days: number): Promise<boolean> {
    const { rows } = await this.database.query(
      `SELECT 1 FROM registry.tokens WHERE token_hash = $1 AND is_local AND revoked_at IS NULL
         AND role = 'administrator' AND expires_at > now() + make_interval(days => $2)`,
      [hashSecret(secret), days],
    );
    return rows.length > 0;
  }

  async purge(): Promise<void> {
    await this.database.query(
      `DELETE FROM registry.tokens WHERE coalesce(revoked_at, expires_at) < now() - interval '30 days'`,
    );
  }

  private async touch(id: string): Promise<void> {
    await this.database.query('UPDATE registry.tokens SET last_used_at = now() WHERE id = $1', [id]);
  }
}

const toToken = (row: TokenRow): ApiToken => ({
  id: row.id,
  name: row.name,
  role: row.role,
  addressRanges: row.address_ranges,
  isLocal: row.is_local,
  createdBy: row.created_by,
  operator: row.operator,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  revokedAt: row.revoked_at?.toISOString() ?? null,
});
