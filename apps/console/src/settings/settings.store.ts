import { Injectable } from '@nestjs/common';
import { readSettings, type SettingKey, type Settings } from '@sluice/contracts';
import type { Queryable } from '../registry/registry-transaction.js';

export async function currentSettings(on: Queryable): Promise<Settings> {
  const { rows } = await on.query<{ key: string; value: unknown }>(
    'SELECT key, value FROM registry.settings',
  );
  return readSettings(Object.fromEntries(rows.map((row) => [row.key, row.value])));
}

export interface SettingWrite {
  readonly values: Partial<Settings>;
  readonly isPinned: boolean;
  readonly updatedBy: string;
  readonly revision: number;
}

@Injectable()
export class SettingsStore {
  current(on: Queryable): Promise<Settings> {
    return currentSettings(on);
  }

  /** Keys with a row; a key without one has its default. */
  async storedKeys(on: Queryable): Promise<Set<string>> {
    const { rows } = await on.query<{ key: string }>('SELECT key FROM registry.settings');
    return new Set(rows.map((row) => row.key));
  }

  async write(tx: Queryable, write: SettingWrite): Promise<void> {
    await tx.query(
      `INSERT INTO registry.settings (key, value, is_pinned, revision, updated_by)
       SELECT key, value, $2, $3, $4 FROM jsonb_each($1::jsonb)
       ON CONFLICT (key) DO UPDATE
         SET value = excluded.value, is_pinned = excluded.is_pinned, revision = excluded.revision,
             updated_by = excluded.updated_by, updated_at = now()`,
      [JSON.stringify(write.values), write.isPinned, write.revision, write.updatedBy],
    );
  }

  /** After a start: what the configuration pins no longer can be changed by operators again. */
  async unpinOthers(tx: Queryable, pinned: readonly SettingKey[]): Promise<void> {
    await tx.query('UPDATE registry.settings SET is_pinned = false WHERE is_pinned AND NOT key = ANY ($1)', [
      pinned,
    ]);
  }
}
