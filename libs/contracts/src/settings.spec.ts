import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings, readSettings, settingKeys, settingVariable } from './settings.js';

describe('settings', () => {
  it('are the defaults when nothing is stored', () => expect(readSettings({})).toEqual(defaultSettings));
  it('bound what waits, in all and for each system', () =>
    expect(defaultSettings).toMatchObject({
      maxConcurrentScans: 1000,
      maxUnfinishedScansPerSystem: 500,
      maxUnfinishedScansPerMailSystem: 2000,
    }));
  it('ignore unknown keys and values that do not fit', () => {
    expect(readSettings({ maxObjectSize: 'big', nonsense: 1, maxConcurrentScans: 7 })).toEqual({
      ...defaultSettings,
      maxConcurrentScans: 7,
    });
  });
  it('are pinned by a variable in capitals', () =>
    expect(settingVariable('maxSignatureAgeHours')).toBe('SETTING_MAX_SIGNATURE_AGE_HOURS'));
  it('stand in docs/operations.md, each with its effect', () => {
    const text = readFileSync(path.resolve(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
    const [, table = ''] = /^## Settings$([\s\S]+?)^##/m.exec(text) ?? [];
    const first = [...table.matchAll(/^\| ([^|]+)\|/gm)].map(([, cell]) => cell).join();
    expect(settingKeys.filter((key) => !first.includes(`\`${key}\``))).toEqual([]);
  });
});
