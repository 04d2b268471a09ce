import { Inject, Injectable } from '@nestjs/common';
import type { OperatorRole } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { randomUUID } from 'node:crypto';
import { databaseToken } from '../connections/connection-tokens.js';
import type { Queryable } from '../registry/registry-transaction.js';

interface OperatorRow {
  readonly id: string;
  readonly username: string;
  readonly role: OperatorRole;
  readonly is_disabled: boolean;
  readonly is_first_password: boolean;
  readonly must_change_password: boolean;
  readonly has_second_factor: boolean;
  readonly created_at: Date;
  readonly password_changed_at: Date;
  readonly last_sign_in_at: Date | null;
}

export interface Operator {
  readonly id: string;
  readonly username: string;
  readonly role: OperatorRole;
  readonly isDisabled: boolean;
  /** The one that lies in the file `admin-password`. */
  readonly hasFirstPassword: boolean;
  /** Someone else knows the password: it opens nothing but its own change. */
  readonly mustChangePassword: boolean;
  readonly hasSecondFactor: boolean;
  readonly createdAt: string;
  readonly passwordChangedAt: string;
  readonly lastSignInAt: string | null;
}

export interface OperatorChange {
  readonly role?: OperatorRole | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly passwordHash?: string | undefined;
  /** Of a new password: someone else than the operator chose it. */
  readonly isGivenPassword?: boolean | undefined;
}

export const mustChangePassword = '(is_first_password OR is_given_password)';
const columns = `id, username, role, is_disabled, is_first_password, ${mustChangePassword} AS must_change_password,
  created_at, password_changed_at, last_sign_in_at,
  EXISTS (SELECT FROM registry.second_factors f WHERE f.operator_id = operators.id AND f.confirmed_at IS NOT NULL)
    AS has_second_factor`;

@Injectable()
export class OperatorStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(limit: number, after: string | null): Promise<Operator[]> {
    const { rows } = await this.database.query<OperatorRow>(
      `SELECT ${columns} FROM registry.operators
       WHERE $2::text IS NULL OR lower(username) > lower($2) ORDER BY lower(username) LIMIT $1`,
      [limit, after],
    );
    return rows.map(toOperator);
  }

  async idOf(tx: Queryable, username: string): Promise<string | null> {
    const { rows } = await tx.query<{ id: string }>(
      'SELECT id FROM registry.operators WHERE lower(username) = lower($1)',
      [username],
    );
    return rows[0]?.id ?? null;
  }

  /** Locked until the transaction ends. */
  async lock(tx: Queryable, id: string): Promise<Operator | null> {
    const { rows } = await tx.query<OperatorRow>(
      `SELECT ${columns} FROM registry.operators WHERE id = $1 FOR UPDATE`,
      [id],
    );
    return rows[0] === undefined ? null : toOperator(rows[0]);
  }

  /** Whoever adds an operator knows the password. Null: the name is taken. */
  async add(
    tx: Queryable,
    operator: { username: string; role: OperatorRole; passwordHash: string; isFirstPassword: boolean },
  ): Promise<Operator | null> {
    const { rows } = await tx.query<OperatorRow>(
      `INSERT INTO registry.operators (id, username, role, password_hash, is_first_password, is_given_password)
       VALUES ($1, $2, $3, $4, $5, true) ON CONFLICT (lower(username)) DO NOTHING RETURNING ${columns}`,
      [randomUUID(), operator.username, operator.role, operator.passwordHash, operator.isFirstPassword],
    );
    return rows[0] === undefined ? null : toOperator(rows[0]);
  }

  async change(tx: Queryable, id: string, change: OperatorChange): Promise<Operator | null> {
    const { rows } = await tx.query<OperatorRow>(
      `UPDATE registry.operators SET
         role = coalesce($2, role),
         is_disabled = coalesce($3, is_disabled),
         password_hash = coalesce($4, password_hash),
         is_first_password = is_first_password AND $4::text IS NULL,
         is_given_password = CASE WHEN $4::text IS NULL THEN is_given_password ELSE $5 END,
         password_changed_at = CASE WHEN $4::text IS NULL THEN password_changed_at ELSE now() END
       WHERE id = $1 RETURNING ${columns}`,
      [
        id,
        change.role ?? null,
        change.isDisabled ?? null,
        change.passwordHash ?? null,
        change.isGivenPassword ?? true,
      ],
    );
    return rows[0] === undefined ? null : toOperator(rows[0]);
  }

  /** For a lost phone: the next sign-in asks for the password alone. */
  async removeSecondFactor(tx: Queryable, id: string): Promise<void> {
    await tx.query('DELETE FROM registry.second_factors WHERE operator_id = $1', [id]);
  }

  async remove(tx: Queryable, id: string): Promise<void> {
    await tx.query('DELETE FROM registry.operators WHERE id = $1', [id]);
  }

  /** Ends an operator's sessions, all or all but one. */
  async endSessions(tx: Queryable, operatorId: string, exceptHash: string | null): Promise<void> {
    await tx.query('DELETE FROM registry.sessions WHERE operator_id = $1 AND id_hash IS DISTINCT FROM $2', [
      operatorId,
      exceptHash,
    ]);
  }

  /** Serialises changes that could leave no one in charge, and the first start of several consoles. */
  async lockAll(tx: Queryable): Promise<void> {
    await tx.query('LOCK TABLE registry.operators IN SHARE ROW EXCLUSIVE MODE');
  }

  async countActiveAdministrators(tx: Queryable): Promise<number> {
    const { rows } = await tx.query<{ count: number }>(
      `SELECT count(*) AS count FROM registry.operators WHERE role = 'administrator' AND NOT is_disabled`,
    );
    return rows[0]?.count ?? 0;
  }

  async hasAny(tx: Queryable): Promise<boolean> {
    const { rows } = await tx.query('SELECT 1 FROM registry.operators LIMIT 1');
    return rows.length > 0;
  }

  async findForSignIn(
    username: string,
  ): Promise<{ id: string; username: string; passwordHash: string } | null> {
    const { rows } = await this.database.query<{ id: string; username: string; password_hash: string }>(
      `SELECT id, username, password_hash FROM registry.operators
       WHERE lower(username) = lower($1) AND NOT is_disabled`,
      [username],
    );
    const row = rows[0];
    return row === undefined ? null : { id: row.id, username: row.username, passwordHash: row.password_hash };
  }

  async noteSignIn(tx: Queryable, id: string): Promise<void> {
    await tx.query('UPDATE registry.operators SET last_sign_in_at = now() WHERE id = $1', [id]);
  }
}

const toOperator = (row: OperatorRow): Operator => ({
  id: row.id,
  username: row.username,
  role: row.role,
  isDisabled: row.is_disabled,
  hasFirstPassword: row.is_first_password,
  mustChangePassword: row.must_change_password,
  hasSecondFactor: row.has_second_factor,
  createdAt: row.created_at.toISOString(),
  passwordChangedAt: row.password_changed_at.toISOString(),
  lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
});
