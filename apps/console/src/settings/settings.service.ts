import { Inject, Injectable } from '@nestjs/common';
import { settingVariable, type SettingKey, type Settings } from '@sluice/contracts';
import { DataSource } from 'typeorm';
import { ChangeAnnouncer } from '../registry/change-announcer.js';
import { badRequest, conflict } from '../api/api.errors.js';
import type { ConsoleConfig } from '../console.config.js';
import { configToken } from '../connections/connection-tokens.js';
import type { Caller } from '../api/caller.js';
import { actorOf, AuditStore, systemActor, type AuditActor } from '../audit/audit.store.js';
import { inTransaction, raiseRevision, type Transaction } from '../registry/registry-transaction.js';
import { exposedGateways, InstanceQuery, type Instance } from '../instances/instance.query.js';
import { describeSettings, type SettingDescription } from './describe-settings.js';
import { firstSettingVariable, readSettingTexts } from './setting-text.js';
import { SettingsStore } from './settings.store.js';

interface SeenInstances {
  readonly settings: Pick<Settings, 'allowTestSignatures'>;
  readonly instances: readonly Instance[];
}

@Injectable()
export class SettingsService {
  private readonly store = new SettingsStore();
  private readonly pins: Partial<Settings>;
  private readonly firstValues: Partial<Settings>;

  constructor(
    @Inject(configToken) config: ConsoleConfig,
    private readonly dataSource: DataSource,
    private readonly audit: AuditStore,
    private readonly announcer: ChangeAnnouncer,
    private readonly instances: InstanceQuery,
  ) {
    this.pins = readSettingTexts(config, settingVariable);
    this.firstValues = readSettingTexts(config, firstSettingVariable);
  }

  current(): Promise<Settings> {
    return this.store.current(this.dataSource.manager);
  }

  async show(): Promise<Record<SettingKey, SettingDescription>> {
    return describeSettings(await this.current(), this.pins);
  }

  async change(caller: Caller, values: Partial<Settings>): Promise<Record<SettingKey, SettingDescription>> {
    this.refusePinned(values);
    await this.refuseUnfit(values);
    await this.write(actorOf(caller), values, false);
    return this.show();
  }

  /** At every start: pins are written over what is there, first values where nothing is. */
  async applyConfiguration(): Promise<void> {
    const stored = await this.store.storedKeys(this.dataSource.manager);
    const first = pick(this.firstValues, (key) => !stored.has(key) && !(key in this.pins));
    if (Object.keys(first).length > 0) await this.write(systemActor, first, false);
    if (Object.keys(this.pins).length > 0) await this.write(systemActor, this.pins, true);
    await this.store.unpinOthers(this.dataSource.manager, Object.keys(this.pins) as SettingKey[]);
  }

  /**
   * Test signatures judge only while every gateway stays on this machine: a gateway that listens elsewhere switches
   * them off, pinned or not. A pin takes hold again when the last such gateway is gone. By what was just seen.
   */
  async guardTestSignatures({ settings, instances }: SeenInstances): Promise<void> {
    const { allowTestSignatures } = settings;
    const exposed = exposedGateways(instances);
    if (allowTestSignatures && exposed.length > 0)
      await this.write(systemActor, { allowTestSignatures: false }, false);
    if (!allowTestSignatures && this.pins.allowTestSignatures === true && exposed.length === 0)
      await this.write(systemActor, { allowTestSignatures: true }, true);
  }

  /** One revision, one audit entry; writing what is there already changes nothing. */
  private async write(actor: AuditActor, values: Partial<Settings>, isPinned: boolean): Promise<void> {
    const revision = await inTransaction(this.dataSource, async (tx) => {
      const revision = await raiseRevision(tx);
      return (await this.writeChanged(tx, { actor, values, isPinned, revision })) ? revision : null;
    });
    if (revision !== null) this.announcer.announce(revision);
  }

  private async writeChanged(
    tx: Transaction,
    write: { actor: AuditActor; values: Partial<Settings>; isPinned: boolean; revision: number },
  ): Promise<boolean> {
    const current = await this.store.current(tx.entities);
    const stored = await this.store.storedKeys(tx.entities);
    const { actor, isPinned, revision } = write;
    const values = pick(write.values, (key) => write.values[key] !== current[key] || !stored.has(key));
    const keys = Object.keys(values) as SettingKey[];
    if (keys.length === 0) return false;
    await this.store.write(tx.entities, { values, isPinned, revision, updatedBy: actor.name });
    const before = pick(current, (key) => keys.includes(key));
    await this.audit.record(tx, {
      actor,
      action: 'settings.change',
      target: keys.join(', '),
      before,
      after: values,
    });
    return true;
  }

  private refusePinned(values: Partial<Settings>): void {
    const pinned = (Object.keys(values) as SettingKey[]).filter((key) => key in this.pins);
    if (pinned.length === 0) return;
    const fields = Object.fromEntries(pinned.map((key) => [key, `pinned by ${settingVariable(key)}`]));
    throw conflict(
      `${pinned.join(', ')} cannot be changed here: the configuration of the console pins it`,
      fields,
    );
  }

  private async refuseUnfit(values: Partial<Settings>): Promise<void> {
    if (values.maxObjectSize !== undefined) await this.refuseOverCap(values.maxObjectSize);
    if (values.allowTestSignatures === true) await this.refuseExposed();
  }

  /** An object an engine cannot take would be accepted only to end in `error`. */
  private async refuseOverCap(maxObjectSize: number): Promise<void> {
    const cap = await this.instances.smallestEngineCap();
    if (cap === null || maxObjectSize <= cap.maxObjectBytes) return;
    throw badRequest(`the engine ${cap.engine} takes at most ${cap.maxObjectBytes} bytes`, {
      maxObjectSize: `at most ${cap.maxObjectBytes}, because of ${cap.engine}`,
    });
  }

  private async refuseExposed(): Promise<void> {
    const exposed = exposedGateways(await this.instances.list());
    if (exposed.length === 0) return;
    throw badRequest(
      `test signatures are for trying out on one machine; ${exposed.join(', ')} can be reached from others`,
      {
        allowTestSignatures: 'only while every gateway listens on loopback',
      },
    );
  }
}

function pick<Values extends Partial<Settings>>(
  values: Values,
  isWanted: (key: SettingKey) => boolean,
): Partial<Settings> {
  const entries = Object.entries(values).filter(([key]) => isWanted(key as SettingKey));
  return Object.fromEntries(entries) as Partial<Settings>;
}
