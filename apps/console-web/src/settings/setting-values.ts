import { formatBytes, formatNumber, plural } from '../texts/formats.js';
import type { SettingDescription } from './settings-query.js';

const bytesPerMebibyte = 1024 ** 2;

export const isInBytes = (setting: SettingDescription): boolean => setting.unit === 'bytes';

/** Operators think in MiB; the API in bytes. */
export const toShown = (setting: SettingDescription, value: number): number =>
  isInBytes(setting) ? Math.round((value / bytesPerMebibyte) * 1000) / 1000 : value;
export const fromShown = (setting: SettingDescription, shown: number): number =>
  isInBytes(setting) ? Math.round(shown * bytesPerMebibyte) : shown;
export const unitOf = (setting: SettingDescription): string =>
  isInBytes(setting) ? 'MiB' : (setting.unit ?? '');

export function describeValue(setting: SettingDescription, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (value === '') return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (typeof value !== 'number') return String(value);
  if (isInBytes(setting)) return formatBytes(value);
  return setting.unit === null ? formatNumber(value) : plural(value, setting.unit.replace(/s$/, ''));
}

/** `; from 1 second to 60 minutes`, or nothing where there are no bounds. Integers without a limit of their own end at 2^53. */
export function describeBounds(setting: SettingDescription): string {
  const { minimum, maximum } = setting;
  const isBounded = maximum !== null && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== null && isBounded)
    return `; from ${describeValue(setting, minimum)} to ${describeValue(setting, maximum)}`;
  if (minimum !== null) return `; at least ${describeValue(setting, minimum)}`;
  return isBounded ? `; at most ${describeValue(setting, maximum)}` : '';
}
