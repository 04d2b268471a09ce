import { Injectable } from '@nestjs/common';
import { DatabaseError } from '@sluice/database';
import type { ChannelChange, NewChannel } from '@sluice/console-api/requests';
import {
  channelSecretNames,
  createWebhookSecret,
  sealSecret,
  secretContext,
  type ChannelKind,
} from '@sluice/notifications';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { badRequest, conflict, notFound, unavailable } from '../../api/api.errors.js';
import type { Caller } from '../../api/caller.js';
import { actorOf, AuditStore } from '../../audit/audit.store.js';
import { inTransaction, type Transaction } from '../../registry/registry-transaction.js';
import { checkSettings } from './check-settings.js';
import { ChannelStore, type Channel } from './channel.store.js';

/** Name → new value; null removes it. */
type Secrets = Readonly<Record<string, string | null>>;

interface SplitSettings {
  readonly settings: Record<string, unknown>;
  readonly secrets: Secrets;
}

/** Where a password would go: who changes it has to know the password, or could have it sent elsewhere. */
const placeOfPassword = ['host', 'port', 'security', 'ca', 'username'];
const uniqueViolation = '23505';

@Injectable()
export class ChannelService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly channels: ChannelStore,
    private readonly audit: AuditStore,
  ) {}

  /** `secret`: of a webhook that was given none; this answer is the only one that ever holds it. */
  async add(caller: Caller, given: NewChannel): Promise<Channel & { secret?: string }> {
    const isSecretMade = given.kind === 'webhook' && given.settings.secret === null;
    const made = isSecretMade ? createWebhookSecret() : null;
    const all: Record<string, unknown> = { ...given.settings, ...(made === null ? {} : { secret: made }) };
    const { settings, secrets } = split(given.kind, all);
    const id = randomUUID();
    const channel = await this.writing(async (tx) => {
      await this.channels.add(tx, { id, name: given.name, kind: given.kind, settings });
      await this.writeSecrets(tx, id, withoutNulls(secrets));
      const after = await this.require(tx, id);
      await this.record(tx, { caller, action: 'notification-channel.add', after });
      return after;
    });
    return made === null ? channel : { ...channel, secret: made };
  }

  async change(caller: Caller, id: string, change: ChannelChange): Promise<Channel> {
    return this.writing(async (tx) => {
      await this.channels.lock(tx, id);
      const before = await this.require(tx, id);
      const given = split(before.kind, change.settings ?? {});
      checkSettings(before.kind, { ...before.settings, ...change.settings });
      const settings = split(
        before.kind,
        checkSettings(before.kind, { ...before.settings, ...given.settings }),
      ).settings;
      checkSecrets(before, settings, given.secrets);
      await this.channels.change(tx, { id, name: change.name ?? before.name, settings });
      await this.writeSecrets(tx, id, given.secrets);
      const after = await this.require(tx, id);
      const changedSecrets = Object.keys(given.secrets);
      await this.record(tx, { caller, action: 'notification-channel.change', before, after, changedSecrets });
      return after;
    });
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.writing(async (tx) => {
      await this.channels.lock(tx, id);
      const before = await this.require(tx, id);
      if (before.rules > 0)
        throw conflict(`${before.rules} rules use this channel; change or delete them first`);
      await this.channels.remove(tx, id);
      await this.record(tx, { caller, action: 'notification-channel.delete', before });
    });
  }

  async require(tx: Transaction | null, id: string): Promise<Channel> {
    const channel = await this.channels.find(tx, id);
    if (channel === null) throw notFound('notification channel');
    return channel;
  }

  private async writeSecrets(tx: Transaction, channelId: string, secrets: Secrets): Promise<void> {
    const entries = Object.entries(secrets);
    if (entries.length === 0) return;
    const key = await this.channels.sealingKey();
    if (key === null) throw unavailable('secrets can be saved once the notifier has started; try again');
    for (const [name, value] of entries) {
      const sealed = value === null ? null : sealSecret(key, secretContext(channelId, name), value);
      await this.channels.writeSecret(tx, channelId, { name, sealed });
    }
  }

  private async writing<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    try {
      return await inTransaction(this.dataSource, work);
    } catch (error) {
      if (error instanceof DatabaseError && error.sqlState === uniqueViolation)
        throw conflict('another channel has this name', { name: 'is in use' });
      throw error;
    }
  }

  private async record(tx: Transaction, entry: AuditedChange): Promise<void> {
    const { caller, action, before, after, changedSecrets = [] } = entry;
    await this.audit.record(tx, {
      actor: actorOf(caller),
      action,
      target: (after ?? before)?.name ?? null,
      before: shown(before),
      after: after === undefined ? undefined : { ...shown(after), changedSecrets },
    });
  }
}

interface AuditedChange {
  readonly caller: Caller;
  readonly action: string;
  readonly before?: Channel;
  readonly after?: Channel;
  /** Names alone. */
  readonly changedSecrets?: readonly string[];
}

/** Secrets apart from the rest; those not given are not in it. */
function split(kind: ChannelKind, all: Readonly<Record<string, unknown>>): SplitSettings {
  const names: readonly string[] = channelSecretNames[kind];
  const entries = Object.entries(all);
  return {
    settings: Object.fromEntries(entries.filter(([name]) => !names.includes(name))),
    secrets: Object.fromEntries(entries.filter(([name]) => names.includes(name))) as Secrets,
  };
}

const withoutNulls = (secrets: Secrets): Secrets =>
  Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== null));

function checkSecrets(before: Channel, settings: Record<string, unknown>, secrets: Secrets): void {
  if (before.kind === 'webhook' && secrets['secret'] === null)
    throw badRequest('a webhook needs a secret', { 'settings.secret': 'may not be removed' });
  if (!before.secrets.includes('password') || secrets['password'] !== undefined) return;
  const isElsewhere = placeOfPassword.some((name) => before.settings[name] !== settings[name]);
  if (isElsewhere)
    throw badRequest('the password has to be entered again, because the server changes', {
      'settings.password': 'enter it again',
    });
}

/** For the audit log: what an operator set, not how the channel fares. */
function shown(channel: Channel | undefined): object | undefined {
  if (channel === undefined) return undefined;
  const { id, name, kind, settings, secrets } = channel;
  return { id, name, kind, settings, secrets };
}
