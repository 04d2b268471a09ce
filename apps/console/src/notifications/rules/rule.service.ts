import { Injectable } from '@nestjs/common';
import { DatabaseError } from '@sluice/database';
import type { RuleChange } from '@sluice/console-api/requests';
import type { Rule } from '@sluice/notifications';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { badRequest, conflict, notFound } from '../../api/api.errors.js';
import type { Caller } from '../../api/caller.js';
import { ChannelStore } from '../channels/channel.store.js';
import { actorOf, AuditStore } from '../../audit/audit.store.js';
import { inTransaction, type Transaction } from '../../registry/registry-transaction.js';
import { RuleStore, type StoredRule } from './rule.store.js';

const uniqueViolation = '23505';

@Injectable()
export class RuleService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly rules: RuleStore,
    private readonly channels: ChannelStore,
    private readonly audit: AuditStore,
  ) {}

  add(caller: Caller, rule: Rule): Promise<StoredRule> {
    return this.writing(async (tx) => {
      await this.checkChannel(tx, rule);
      const id = randomUUID();
      await this.rules.write(tx, id, rule);
      const after = await this.require(tx, id);
      await this.record(tx, { caller, action: 'notification-rule.add', after });
      return after;
    });
  }

  change(caller: Caller, id: string, change: RuleChange): Promise<StoredRule> {
    return this.writing(async (tx) => {
      await this.rules.lock(tx, id);
      const before = await this.require(tx, id);
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      const rule = { ...before, ...(Object.fromEntries(given) as Partial<Rule>) };
      await this.checkChannel(tx, rule);
      await this.rules.write(tx, id, rule);
      if (before.enabled && !rule.enabled)
        await this.rules.cancelDeliveries(tx, id, 'the rule was switched off');
      const after = await this.require(tx, id);
      await this.record(tx, { caller, action: 'notification-rule.change', before, after });
      return after;
    });
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.writing(async (tx) => {
      await this.rules.lock(tx, id);
      const before = await this.require(tx, id);
      await this.rules.cancelDeliveries(tx, id, 'the rule was deleted');
      await this.rules.remove(tx, id);
      await this.record(tx, { caller, action: 'notification-rule.delete', before });
    });
  }

  async require(tx: Transaction | null, id: string): Promise<StoredRule> {
    const rule = await this.rules.find(tx, id);
    if (rule === null) throw notFound('notification rule');
    return rule;
  }

  /** Locked, so that the channel cannot be deleted while the rule begins to use it. */
  private async checkChannel(tx: Transaction, rule: Rule): Promise<void> {
    await this.channels.lock(tx, rule.channelId);
    const channel = await this.channels.find(tx, rule.channelId);
    if (channel === null) throw badRequest('there is no such channel', { channelId: 'no such channel' });
    if (channel.kind === 'smtp' && rule.to.length === 0)
      throw badRequest('a mail needs recipients', { to: 'at least one address' });
    if (channel.kind !== 'smtp' && rule.to.length > 0)
      throw badRequest('only mail has recipients', { to: `not for a channel of kind ${channel.kind}` });
  }

  private async writing<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    try {
      return await inTransaction(this.dataSource, work);
    } catch (error) {
      if (error instanceof DatabaseError && error.sqlState === uniqueViolation)
        throw conflict('another rule has this name', { name: 'is in use' });
      throw error;
    }
  }

  private async record(
    tx: Transaction,
    entry: { caller: Caller; action: string; before?: StoredRule; after?: StoredRule },
  ): Promise<void> {
    const { caller, action, before, after } = entry;
    const target = (after ?? before)?.name ?? null;
    await this.audit.record(tx, { actor: actorOf(caller), action, target, before, after });
  }
}
