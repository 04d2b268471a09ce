import {
  settingKeys,
  settingsSchema,
  settingVariable,
  type SettingKey,
  type Settings,
} from '@sluice/contracts';
import { ConfigError } from '@sluice/runtime';
import { z } from 'zod';

/** `maxObjectSize` → `FIRST_SETTING_MAX_OBJECT_SIZE`: its value until somebody changes it. */
export const firstSettingVariable = (key: SettingKey): `FIRST_SETTING_${string}` =>
  `FIRST_${settingVariable(key)}` as `FIRST_SETTING_${string}`;

/** Settings that the environment names, read by `variableOf` (pins or first values). Throws ConfigError. */
export function readSettingTexts(
  env: Readonly<Record<string, unknown>>,
  variableOf: (key: SettingKey) => string,
): Partial<Settings> {
  const given = settingKeys.filter((key) => typeof env[variableOf(key)] === 'string');
  return Object.fromEntries(
    given.map((key) => [key, parseSetting(key, String(env[variableOf(key)]), variableOf(key))]),
  ) as Partial<Settings>;
}

function parseSetting(key: SettingKey, text: string, variable: string): unknown {
  const parsed = settingsSchema.shape[key].safeParse(fromText(key, text));
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${variable} is wrong: ${parsed.error.issues[0]?.message ?? 'not allowed'}`);
}

function fromText(key: SettingKey, text: string): unknown {
  const fallback: unknown = settingsSchema.shape[key].parse(undefined);
  if (typeof fallback === 'boolean') return z.stringbool().safeParse(text).data ?? text;
  if (Array.isArray(fallback))
    return text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
  // Number('') is 0, and an empty variable is none.
  return typeof fallback === 'number' && text.trim() !== '' ? Number(text) : text;
}
