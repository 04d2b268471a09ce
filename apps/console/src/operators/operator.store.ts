import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { OperatorRole } from '@sluice/contracts';
import { randomUUID } from 'node:crypto';
import { Not, type EntityManager, type Repository, type SelectQueryBuilder } from 'typeorm';
import type { Transaction } from '../registry/registry-transaction.js';
import { OperatorEntity } from './operator.entity.js';
import { SecondFactorEntity } from './second-factor.entity.js';
import { SessionEntity } from './session.entity.js';

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
  /** In quarantine, with a reason each time. */
  readonly canReadMail: boolean;
  readonly createdAt: string;
  readonly passwordChangedAt: string;
  readonly lastSignInAt: string | null;
}

export interface OperatorChange {
  readonly role?: OperatorRole | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly canReadMail?: boolean | undefined;
  readonly passwordHash?: string | undefined;
  /** Of a new password: someone else than the operator chose it. */
  readonly isGivenPassword?: boolean | undefined;
}

/** In statements on `registry.operators o`. */
export const mustChangePassword = '(o.is_first_password OR o.is_given_password)';

@Injectable()
export class OperatorStore {
  constructor(@InjectRepository(OperatorEntity) private readonly operators: Repository<OperatorEntity>) {}

  async list(limit: number, after: string | null): Promise<Operator[]> {
    const query = withFactor(this.operators.manager).orderBy('lower(o.username)').limit(limit);
    if (after !== null) query.where('lower(o.username) > lower(:after)', { after });
    return (await query.getMany()).map(toOperator);
  }

  async idOf(tx: Transaction, username: string): Promise<string | null> {
    return (await named(tx.entities, username).getOne())?.id ?? null;
  }

  /** Locked until the transaction ends. */
  async lock(tx: Transaction, id: string): Promise<Operator | null> {
    const query = withFactor(tx.entities).where('o.id = :id', { id });
    const found = await query.setLock('pessimistic_write', undefined, ['o']).getOne();
    return found === null ? null : toOperator(found);
  }

  /** Whoever adds an operator knows the password. Null: the name is taken. */
  async add(
    tx: Transaction,
    operator: Pick<OperatorEntity, 'username' | 'role' | 'passwordHash' | 'isFirstPassword'>,
  ): Promise<Operator | null> {
    const id = randomUUID();
    const values = { id, ...operator, isGivenPassword: true };
    await tx.entities.createQueryBuilder().insert().into(OperatorEntity).values(values).orIgnore().execute();
    return this.find(tx.entities, id);
  }

  async change(tx: Transaction, id: string, change: OperatorChange): Promise<Operator | null> {
    const { role, isDisabled, canReadMail, passwordHash, isGivenPassword = true } = change;
    const password = { isFirstPassword: false, isGivenPassword, passwordChangedAt: () => 'now()' };
    const changed = {
      ...(role !== undefined && { role }),
      ...(isDisabled !== undefined && { isDisabled }),
      ...(canReadMail !== undefined && { canReadMail }),
      ...(passwordHash !== undefined && { passwordHash, ...password }),
    };
    if (Object.keys(changed).length > 0) await tx.entities.update(OperatorEntity, id, changed);
    return this.find(tx.entities, id);
  }

  /** For a lost phone: the next sign-in asks for the password alone. */
  async removeSecondFactor(tx: Transaction, id: string): Promise<void> {
    await tx.entities.delete(SecondFactorEntity, id);
  }

  async remove(tx: Transaction, id: string): Promise<void> {
    await tx.entities.delete(OperatorEntity, id);
  }

  /** Ends an operator's sessions, all or all but one. */
  async endSessions(tx: Transaction, operatorId: string, exceptHash: string | null): Promise<void> {
    const kept = exceptHash === null ? {} : { idHash: Not(exceptHash) };
    await tx.entities.delete(SessionEntity, { operatorId, ...kept });
  }

  /** Serialises changes that could leave no one in charge, and the first start of several consoles. */
  async lockAll(tx: Transaction): Promise<void> {
    await tx.query('LOCK TABLE registry.operators IN SHARE ROW EXCLUSIVE MODE');
  }

  countActiveAdministrators(tx: Transaction): Promise<number> {
    return tx.entities.countBy(OperatorEntity, { role: 'administrator', isDisabled: false });
  }

  hasAny(tx: Transaction): Promise<boolean> {
    return tx.entities.exists(OperatorEntity);
  }

  findForSignIn(username: string): Promise<OperatorEntity | null> {
    const query = named(this.operators.manager, username).addSelect('o.passwordHash');
    return query.andWhere('NOT o.isDisabled').getOne();
  }

  async noteSignIn(tx: Transaction, id: string): Promise<void> {
    await tx.entities.update(OperatorEntity, id, { lastSignInAt: () => 'now()' });
  }

  private async find(entities: EntityManager, id: string): Promise<Operator | null> {
    const found = await withFactor(entities).where('o.id = :id', { id }).getOne();
    return found === null ? null : toOperator(found);
  }
}

const withFactor = (entities: EntityManager): SelectQueryBuilder<OperatorEntity> =>
  entities.createQueryBuilder(OperatorEntity, 'o').leftJoinAndSelect('o.secondFactor', 'f');

const named = (entities: EntityManager, username: string): SelectQueryBuilder<OperatorEntity> =>
  entities
    .createQueryBuilder(OperatorEntity, 'o')
    .where('lower(o.username) = lower(:username)', { username });

const toOperator = (row: OperatorEntity): Operator => ({
  id: row.id,
  username: row.username,
  role: row.role,
  isDisabled: row.isDisabled,
  hasFirstPassword: row.isFirstPassword,
  mustChangePassword: row.isFirstPassword || row.isGivenPassword,
  hasSecondFactor: (row.secondFactor?.confirmedAt ?? null) !== null,
  canReadMail: row.canReadMail,
  createdAt: row.createdAt.toISOString(),
  passwordChangedAt: row.passwordChangedAt.toISOString(),
  lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
});
