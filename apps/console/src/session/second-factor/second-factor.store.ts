import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, type Repository } from 'typeorm';
import { SecondFactorEntity } from '../../operators/second-factor.entity.js';
import type { Transaction } from '../../registry/registry-transaction.js';

export interface SecondFactor {
  readonly secret: string;
  readonly isConfirmed: boolean;
}

@Injectable()
export class SecondFactorStore {
  constructor(
    @InjectRepository(SecondFactorEntity) private readonly factors: Repository<SecondFactorEntity>,
  ) {}

  async find(operatorId: string): Promise<SecondFactor | null> {
    const select = { operatorId: true, secret: true, confirmedAt: true } as const;
    const found = await this.factors.findOne({ select, where: { operatorId } });
    return found === null ? null : { secret: found.secret, isConfirmed: found.confirmedAt !== null };
  }

  async isOn(operatorId: string): Promise<boolean> {
    return (await this.find(operatorId))?.isConfirmed === true;
  }

  /** Begins anew, unless one is in use. False: one is. */
  async begin(operatorId: string, secret: string): Promise<boolean> {
    // In SQL: an upsert with a condition, so that one that is being confirmed meanwhile stays.
    const begun: unknown[] = await this.factors.query(
      `INSERT INTO registry.second_factors AS f (operator_id, secret) VALUES ($1, $2)
       ON CONFLICT (operator_id) DO UPDATE SET secret = $2, last_step = 0 WHERE f.confirmed_at IS NULL
       RETURNING operator_id`,
      [operatorId, secret],
    );
    return begun.length > 0;
  }

  async confirm(tx: Transaction, operatorId: string): Promise<void> {
    const waiting = { operatorId, confirmedAt: IsNull() };
    await tx.entities.update(SecondFactorEntity, waiting, { confirmedAt: () => 'now()' });
  }

  /** False: a code of this step, or of a later one, was taken before. */
  async takeStep(tx: Transaction | null, operatorId: string, step: number): Promise<boolean> {
    const factors = tx?.entities.getRepository(SecondFactorEntity) ?? this.factors;
    const { affected } = await factors.update({ operatorId, lastStep: LessThan(step) }, { lastStep: step });
    return affected === 1;
  }

  /** False: there was none in use. */
  async remove(tx: Transaction, operatorId: string): Promise<boolean> {
    const found = await tx.entities.findOne(SecondFactorEntity, {
      where: { operatorId },
      lock: { mode: 'pessimistic_write' },
    });
    await tx.entities.delete(SecondFactorEntity, operatorId);
    return (found?.confirmedAt ?? null) !== null;
  }
}
