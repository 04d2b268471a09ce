import type { SettingDescription } from '@sluice/console-api';
import { formatTable } from '@sluice/tool-launcher';
import { CommandError } from './command.errors.js';
import type { ConsoleClient } from './console-client.js';

export const settingsUsage = `settings get [KEY]
settings set KEY VALUE | KEY=VALUE …`;

type Settings = Readonly<Record<string, SettingDescription>>;

/** Answers what to print. */
export async function runSettings(args: readonly string[], console: ConsoleClient): Promise<string> {
  const [action = 'get', ...rest] = args;
  if (action === 'get') return showSettings(await console.get<Settings>('/settings'), rest);
  if (action !== 'set') throw new CommandError(`There is no "settings ${action}".`, settingsUsage);
  const changes = readChanges(rest, await console.get<Settings>('/settings'));
  const after = await console.patch<Settings>('/settings', changes);
  return showSettings(after, Object.keys(changes));
}

function showSettings(settings: Settings, keys: readonly string[]): string {
  const unknown = keys.find((key) => settings[key] === undefined);
  if (unknown !== undefined) {
    throw new CommandError(
      `There is no setting ${unknown}.`,
      `Settings: ${Object.keys(settings).join(', ')}`,
    );
  }
  const shown = Object.entries(settings).filter(([key]) => keys.length === 0 || keys.includes(key));
  return formatTable(
    shown.map(([key, { value, unit, pinnedBy, ...setting }]) => [
      key,
      `${String(value)}${unit === null ? '' : ` ${unit}`}`,
      pinnedBy !== null
        ? `set by ${pinnedBy}`
        : JSON.stringify(value) === JSON.stringify(setting.default)
          ? ''
          : `default ${String(setting.default)}`,
    ]),
  );
}

/** `KEY VALUE`, or any number of `KEY=VALUE`. What is to be a text stays one, whatever it looks like. */
export function readChanges(
  args: readonly string[],
  settings: Readonly<Record<string, Pick<SettingDescription, 'type'>>>,
): Record<string, unknown> {
  const read = (key: string, text: string): unknown =>
    settings[key]?.type === 'string' ? text : readValue(text);
  const [key, value] = args;
  if (args.length === 2 && key !== undefined && value !== undefined && !key.includes('=')) {
    return { [key]: read(key, value) };
  }
  const pairs = args.map((arg) => /^([^=]+)=(.*)$/.exec(arg));
  if (pairs.length === 0 || pairs.includes(null))
    throw new CommandError('Name a setting and its value.', settingsUsage);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = '', text = ''] = pair ?? [];
      return [name, read(name, text)];
    }),
  );
}

/** The console checks it against the setting's type; here it only gets one. */
export function readValue(text: string): string | number | boolean | unknown[] {
  if (/^(true|on|yes)$/i.test(text)) return true;
  if (/^(false|off|no)$/i.test(text)) return false;
  if (text.startsWith('[')) return readList(text);
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function readList(text: string): string | unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : text;
  } catch {
    // No list then: the console says what is wrong with it.
    return text;
  }
}
