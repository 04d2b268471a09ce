import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { operatorRoles, type OperatorRole } from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import { randomUUID } from 'node:crypto';
import { In, IsNull, type EntityManager, type Repository, type SelectQueryBuilder } from 'typeorm';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import type { Caller } from '../api/caller.js';
import type { Transaction } from '../registry/registry-transaction.js';
import { hashSecret } from './secret-value.js';
import { TokenEntity } from './token.entity.js';

const idRowSchema = z.object({ id: z.string() });

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

const identifiedRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(operatorRoles),
  is_stale: z.boolean(),
});

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
  constructor(
    @InjectRepository(TokenEntity) private readonly tokens: Repository<TokenEntity>,
    @Inject(databaseToken) private readonly database: Database,
  ) {}

  /** Asked with each request: one statement, by the database's clock. */
  async identify(secret: string, address: string): Promise<Caller | null> {
    const { rows } = await this.database.query(
      `SELECT t.id, t.name, t.role, coalesce(t.last_used_at < now() - interval '1 minute', true) AS is_stale
       FROM registry.tokens t
       WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > now()
         AND (t.address_ranges IS NULL OR nullif($2, '')::inet <<= ANY (t.address_ranges)) AND ${isBacked('$3')}`,
      [hashSecret(secret), address, ranks],
    );
    const row = readRow(identifiedRowSchema, rows);
    if (row === null) return null;
    if (row.is_stale) await this.tokens.update(row.id, { lastUsedAt: () => 'now()' });
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
      canReadMail: false,
    };
  }

  async list(limit: number, after: readonly [string, string] | null): Promise<ApiToken[]> {
    const query = withOwner(this.tokens.manager)
      .orderBy('t.createdAt', 'DESC')
      .addOrderBy('t.id', 'DESC')
      .limit(limit);
    if (after !== null)
      query.where('(t.created_at, t.id) < (:at::timestamptz, :id::uuid)', { at: after[0], id: after[1] });
    return (await query.getMany()).map(toToken);
  }

  async add(tx: Transaction, { secret, expiresAt, ...token }: NewTokenRow): Promise<ApiToken> {
    const id = randomUUID();
    await tx.entities.insert(TokenEntity, {
      ...token,
      id,
      tokenHash: hashSecret(secret),
      addressRanges: token.addressRanges === null ? null : [...token.addressRanges],
      createdAt: () => `date_trunc('milliseconds', clock_timestamp())`,
      expiresAt: new Date(expiresAt),
    });
    const made = await this.find(tx.entities, id);
    if (made === null) throw new Error('a token that was just added is not there');
    return made;
  }

  /** Null: unknown, or revoked already. The row stays for a while, so that the list shows what was. */
  async revoke(tx: Transaction, id: string): Promise<ApiToken | null> {
    const { affected } = await tx.entities.update(
      TokenEntity,
      { id, revokedAt: IsNull() },
      { revokedAt: () => 'now()' },
    );
    return affected === 0 ? null : this.find(tx.entities, id);
  }

  /** Whose token it is; null: this machine's. */
  async ownerOf(tx: Transaction, id: string): Promise<string | null> {
    return (await tx.entities.findOneBy(TokenEntity, { id }))?.ownerId ?? null;
  }

  /** Ends an operator's tokens: all, or those of a higher role than is left. Their names, for the audit log. */
  async revokeOf(tx: Transaction, ownerId: string, roleLeft: OperatorRole | null): Promise<string[]> {
    const ended = roleLeft === null ? ranks : ranks.filter((role) => !isAtMost(role, roleLeft));
    const theirs = { ownerId, revokedAt: IsNull(), role: In(ended) };
    const tokens = await tx.entities.find(TokenEntity, { where: theirs, order: { createdAt: 'ASC' } });
    await tx.entities.update(TokenEntity, theirs, { revokedAt: () => 'now()' });
    return tokens.map(({ name }) => name);
  }

  /** Which of these still work, wherever they are used from. */
  async stillValid(ids: readonly string[]): Promise<string[]> {
    const answer = await this.database.query(
      `SELECT t.id FROM registry.tokens t WHERE t.id = ANY ($1) AND t.revoked_at IS NULL
         AND t.expires_at > now() AND ${isBacked('$2')}`,
      [ids, ranks],
    );
    const rows = readRows(idRowSchema, answer.rows);
    return rows.map(({ id }) => id);
  }

  /** Is it good for at least `days` more? */
  async isValidLocal(secret: string, days: number): Promise<boolean> {
    const query = this.tokens
      .createQueryBuilder('t')
      .where({ tokenHash: hashSecret(secret), isLocal: true, revokedAt: IsNull(), role: 'administrator' });
    return query.andWhere('t.expiresAt > now() + make_interval(days => :days)', { days }).getExists();
  }

  async purge(): Promise<void> {
    const query = this.tokens.createQueryBuilder().delete();
    await query.where(`coalesce(revoked_at, expires_at) < now() - interval '30 days'`).execute();
  }

  private async find(entities: EntityManager, id: string): Promise<ApiToken | null> {
    const found = await withOwner(entities).where('t.id = :id', { id }).getOne();
    return found === null ? null : toToken(found);
  }
}

const withOwner = (entities: EntityManager): SelectQueryBuilder<TokenEntity> =>
  entities.createQueryBuilder(TokenEntity, 't').leftJoinAndSelect('t.owner', 'o');

const toToken = (row: TokenEntity): ApiToken => ({
  id: row.id,
  name: row.name,
  role: row.role,
  addressRanges: row.addressRanges,
  isLocal: row.isLocal,
  createdBy: row.createdBy,
  operator: row.owner?.username ?? null,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});
