import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import type { Repository } from 'typeorm';
import type { Caller } from '../api/caller.js';
import type { Transaction } from '../registry/registry-transaction.js';
import { AlertViewEntity } from './alert-view.entity.js';

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
/** Of one list: one's own and what others share. */
const mostListed = 500;

@Injectable()
export class AlertViewStore {
  constructor(@InjectRepository(AlertViewEntity) private readonly views: Repository<AlertViewEntity>) {}

  /** One's own and what others share, by name. */
  async list(ownerId: string | null): Promise<AlertView[]> {
    const query = this.views.createQueryBuilder('v').innerJoinAndSelect('v.owner', 'o').where('v.isShared');
    if (ownerId !== null) query.orWhere('v.ownerId = :ownerId', { ownerId });
    const views = await query.orderBy('lower(v.name)').addOrderBy('v.id').limit(mostListed).getMany();
    return views.map(({ owner, ...view }) => toView(view, owner?.username ?? ''));
  }

  /** Null: the operator has too many. */
  async add(tx: Transaction, caller: Caller, view: NewAlertView): Promise<AlertView | null> {
    const ownerId = caller.id;
    if ((await tx.entities.countBy(AlertViewEntity, { ownerId })) >= mostViews) return null;
    const added = { id: randomUUID(), ...view };
    await tx.entities.insert(AlertViewEntity, { ...added, ownerId });
    return toView(added, caller.name);
  }

  /** One's own; an administrator may tidy up after others. Null: there is none such. */
  async remove(tx: Transaction, caller: Caller, id: string): Promise<NewAlertView | null> {
    const where = [
      ...(caller.kind === 'operator' ? [{ id, ownerId: caller.id }] : []),
      ...(caller.role === 'administrator' ? [{ id, isShared: true }] : []),
    ];
    if (where.length === 0) return null;
    const view = await tx.entities.findOne(AlertViewEntity, { where, lock: { mode: 'pessimistic_write' } });
    if (view === null) return null;
    await tx.entities.delete(AlertViewEntity, id);
    return { name: view.name, query: view.query, isShared: view.isShared };
  }
}

const toView = (view: Omit<AlertView, 'owner'>, owner: string): AlertView => ({
  id: view.id,
  name: view.name,
  query: view.query,
  isShared: view.isShared,
  owner,
});
