import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ruleMatchSchema, type Rule } from '@sluice/notifications';
import type { EntityManager, Repository, SelectQueryBuilder } from 'typeorm';
import type { Transaction } from '../../registry/registry-transaction.js';
import { RuleEntity } from './rule.entity.js';

export interface StoredRule extends Rule {
  readonly id: string;
  readonly channelName: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

@Injectable()
export class RuleStore {
  constructor(@InjectRepository(RuleEntity) private readonly rules: Repository<RuleEntity>) {}

  async list(limit: number, after: string | null): Promise<StoredRule[]> {
    const query = withChannel(this.rules.manager).orderBy('lower(r.name)').limit(limit);
    if (after !== null) query.where('lower(r.name) > :after', { after });
    return (await query.getMany()).map(toRule);
  }

  async find(tx: Transaction | null, id: string): Promise<StoredRule | null> {
    const query = withChannel(tx?.entities ?? this.rules.manager).where('r.id = :id', { id });
    const found = await query.getOne();
    return found === null ? null : toRule(found);
  }

  /** Holds the rule until the transaction ends, so that two changes don't undo each other. */
  async lock(tx: Transaction, id: string): Promise<void> {
    await tx.entities.findOne(RuleEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async write(tx: Transaction, id: string, rule: Rule): Promise<void> {
    const { name, enabled: isEnabled, channelId, to, subject, match, digestMinutes, maxPerHour } = rule;
    const values = { id, name, isEnabled, channelId, subject, match, digestMinutes, maxPerHour };
    const row = { ...values, recipients: [...to], updatedAt: () => 'clock_timestamp()' };
    await tx.entities.upsert(RuleEntity, row, ['id']);
  }

  async remove(tx: Transaction, id: string): Promise<void> {
    await tx.entities.delete(RuleEntity, id);
  }

  /** An operator who stops a rule wants silence, also of what it has told already but not sent. */
  async cancelDeliveries(tx: Transaction, id: string, reason: string): Promise<void> {
    // In SQL: deliveries are the notifier's.
    await tx.query(
      `UPDATE deliveries.deliveries SET state = 'cancelled', lease = NULL, finished_at = clock_timestamp(), last_answer = $2
       WHERE rule_id = $1 AND state IN ('waiting', 'gathering', 'gathered')`,
      [id, reason],
    );
  }
}

const withChannel = (entities: EntityManager): SelectQueryBuilder<RuleEntity> =>
  entities.createQueryBuilder(RuleEntity, 'r').innerJoinAndSelect('r.channel', 'c');

const toRule = (row: RuleEntity): StoredRule => ({
  id: row.id,
  name: row.name,
  enabled: row.isEnabled,
  channelId: row.channelId,
  channelName: row.channel?.name ?? '',
  to: row.recipients,
  subject: row.subject,
  // Rows of the releases before lack what came later.
  match: ruleMatchSchema.parse(row.match),
  digestMinutes: row.digestMinutes,
  maxPerHour: row.maxPerHour,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
