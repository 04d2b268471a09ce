import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@sluice/database';
import { databaseToken } from '../../connections/connection-tokens.js';
import type { Queryable } from '../../registry/registry-transaction.js';

export interface SecondFactor {
  readonly secret: string;
  readonly isConfirmed: boolean;
}

@Injectable()
export class SecondFactorStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async find(operatorId: string): Promise<SecondFactor | null> {
    const { rows } = await this.database.query<SecondFactor>(
      `SELECT secret, confirmed_at IS NOT NULL AS "isConfirmed" FROM registry.second_factors WHERE operator_id = $1`,
      [operatorId],
    );
    return rows[0] ?? null;
  }

  async isOn(operatorId: string): Promise<boolean> {
    return (await this.find(operatorId))?.isConfirmed === true;
  }

  /** Begins anew, unless one is in use. False: one is. */
  async begin(operatorId: string, secret: string): Promise<boolean> {
    const { rows } = await this.database.query(
      `INSERT INTO registry.second_factors AS f (operator_id, secret) VALUES ($1, $2)
       ON CONFLICT (operator_id) DO UPDATE SET secret = $2, last_step = 0 WHERE f.confirmed_at IS NULL
       RETURNING operator_id`,
      [operatorId, secret],
    );
    return rows.length > 0;
  }

  async confirm(tx: Queryable, operatorId: string): Promise<void> {
    await tx.query(
      'UPDATE registry.second_factors SET confirmed_at = now() WHERE operator_id = $1 AND confirmed_at IS NULL',
      [operatorId],
    );
  }

  /** False: a code of this step, or of a later one, was taken before. */
  async takeStep(on: Queryable | null, operatorId: string, step: number): Promise<boolean> {
    const { rows } = await (on ?? this.database).query(
      `UPDATE registry.second_factors SET last_step = $2 WHERE operator_id = $1 AND last_step < $2
       RETURNING operator_id`,
      [operatorId, step],
    );
    return rows.length > 0;
  }

  /** False: there was none in use. */
  async remove(tx: Queryable, operatorId: string): Promise<boolean> {
    const { rows } = await tx.query<{ wasOn: boolean }>(
      `DELETE FROM registry.second_factors WHERE operator_id = $1 RETURNING confirmed_at IS NOT NULL AS "wasOn"`,
      [operatorId],
    );
    return rows[0]?.wasOn === true;
  }
}
