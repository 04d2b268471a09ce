import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@sluice/database';
import { randomUUID } from 'node:crypto';
import { databaseToken } from '../connections/connection-tokens.js';
import type { Queryable } from '../registry/registry-transaction.js';
import type { Caller } from '../api/caller.js';

export interface AlertView {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly owner: string;
  readonly isShared: boolean;
}
export type NewAlertView = Pick<AlertView, 'name' | 'query' | 'isShared'>;

/** Of one operator. */
const mostViews = 100;

const columns = `v.id, v.name, v.query, v.is_shared AS "isShared", o.username AS owner`;

@Injectable()
export class AlertViewStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  /** One's own and what others share, by name. */
  async list(ownerId: string | null): Promise<AlertView[]> {
    const { rows } = await this.database.query<AlertView>(
      `SELECT ${columns} FROM registry.alert_views v JOIN registry.operators o ON o.id = v.owner_id
       WHERE v.is_shared OR v.owner_id = $1 ORDER BY lower(v.name), v.id LIMIT 500`,
      [ownerId],
    );
    return rows;
  }

  /** Null: the operator has too many. */
  async add(tx: Queryable, caller: Caller, view: NewAlertView): Promise<AlertView | null> {
    const id = randomUUID();
    const { rows } = await tx.query(
      `INSERT INTO registry.alert_views (id, owner_id, name, query, is_shared)
       SELECT $1, $2, $3, $4, $5
       WHERE (SELECT count(*) FROM registry.alert_views WHERE owner_id = $2) < ${mostViews} RETURNING id`,
      [id, caller.id, view.name, view.query, view.isShared],
    );
    return rows.length === 0 ? null : { id, owner: caller.name, ...view };
  }

  /** One's own; an administrator may tidy up after others. Null: there is none such. */
  async remove(tx: Queryable, caller: Caller, id: string): Promise<NewAlertView | null> {
    const { rows } = await tx.query<NewAlertView>(
      `DELETE FROM registry.alert_views WHERE id = $1 AND (owner_id = $2 OR ($3 AND is_shared))
       RETURNING name, query, is_shared AS "isShared"`,
      [id, caller.kind === 'operator' ? caller.id : null, caller.role === 'administrator'],
    );
    return rows[0] ?? null;
  }
}
