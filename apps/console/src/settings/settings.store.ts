import { readSettings, type SettingKey, type Settings } from '@sluice/contracts';
import { In, Not, type EntityManager } from 'typeorm';
import { SettingEntity } from './setting.entity.js';

export async function currentSettings(entities: EntityManager): Promise<Settings> {
  const rows = await entities.find(SettingEntity);
  return readSettings(Object.fromEntries(rows.map((row) => [row.key, row.value])));
}

export interface SettingWrite {
  readonly values: Partial<Settings>;
  readonly isPinned: boolean;
  readonly updatedBy: string;
  readonly revision: number;
}

/** Statements on settings, inside a transaction or outside. */
export class SettingsStore {
  current(entities: EntityManager): Promise<Settings> {
    return currentSettings(entities);
  }

  /** Keys with a row; a key without one has its default. */
  async storedKeys(entities: EntityManager): Promise<Set<string>> {
    const rows = await entities.find(SettingEntity, { select: { key: true } });
    return new Set(rows.map((row) => row.key));
  }

  async write(entities: EntityManager, { values, ...write }: SettingWrite): Promise<void> {
    const rows = Object.entries(values).map(([key, value]) => ({
      ...write,
      key,
      value,
      updatedAt: () => 'now()',
    }));
    await entities.upsert(SettingEntity, rows, ['key']);
  }

  /** After a start: what the configuration pins no longer can be changed by operators again. */
  async unpinOthers(entities: EntityManager, pinned: readonly SettingKey[]): Promise<void> {
    await entities.update(SettingEntity, { isPinned: true, key: Not(In(pinned)) }, { isPinned: false });
  }
}
