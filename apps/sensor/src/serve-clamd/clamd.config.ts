import { readFileSync } from 'node:fs';
import type { ClamdTls, ListenAddress } from '@sluice/clamd-server';
import { clamdActions, clamdHoldSeconds, clamdNames } from '@sluice/contracts';
import { ConfigError, envAddressList, envInteger, envList, parseHostAndPort } from '@sluice/runtime';
import { z } from 'zod';
import type { ClamdSettings } from './clamd-settings.js';

/** Variables of the listener for clamd's protocol; without SENSOR_CLAMD_LISTEN there is none. */
export const clamdVariables = {
  /** `HOST:PORT`, `[IPv6]:PORT` or `unix:/path`. */
  SENSOR_CLAMD_LISTEN: z.string().optional().transform(readAddress),
  /** Who may use a Unix socket, as the mode of a file. */
  SENSOR_CLAMD_SOCKET_MODE: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'has to be a mode such as 660')
    .default('660'),
  /** Addresses and networks that may connect; empty: all that reach the port. */
  SENSOR_CLAMD_FROM: envAddressList(),
  SENSOR_CLAMD_SENSOR_ID: z.string().default('clamd'),
  SENSOR_CLAMD_NAME: z.string().default('clamd listener'),
  /** `mail`: what comes here is mail, and may have its priority. An operator confirms it. */
  SENSOR_CLAMD_TYPE: z.enum(['other', 'mail']).default('other'),
  /** `clamd`: clamd's own names for what was not examined, which rspamd takes for a failure and delivers by default. */
  SENSOR_CLAMD_NAMES: z.enum(clamdNames).default('sluice'),
  SENSOR_CLAMD_WHEN_NOT_EXAMINED: z.enum(clamdActions).default('block'),
  SENSOR_CLAMD_WHEN_AWAY: z.enum(clamdActions).default('block'),
  /** How long a client waits for its verdict at most; below its own patience. */
  SENSOR_CLAMD_HOLD_SECONDS: envInteger(clamdHoldSeconds.min, clamdHoldSeconds.max).default(110),
  SENSOR_CLAMD_MAX_BYTES: envInteger(1, 2 ** 40).default(100 * 1024 ** 2),
  SENSOR_CLAMD_MAX_CONNECTIONS: envInteger(1, 10_000).default(2000),
  /** Lengths at which clients cut without a word (clamdscan, Nextcloud: 25 MiB); a stream of exactly one of them is not the whole object. `none`: there are none. */
  SENSOR_CLAMD_CUT_LENGTHS: envList().default(['26214400']).transform(readLengths),
  SENSOR_CLAMD_TLS_CERT_FILE: z.string().optional(),
  SENSOR_CLAMD_TLS_KEY_FILE: z.string().optional(),
  /** Only clients with a certificate of these authorities are served. */
  SENSOR_CLAMD_TLS_CLIENT_CA_FILE: z.string().optional(),
} as const;
export type ClamdVariables = z.infer<z.ZodObject<typeof clamdVariables>>;

/** What holds where no one chose in the console. */
export const clamdSettingsOf = (config: ClamdVariables): ClamdSettings => ({
  policy: {
    names: config.SENSOR_CLAMD_NAMES,
    whenNotExamined: config.SENSOR_CLAMD_WHEN_NOT_EXAMINED,
    whenAway: config.SENSOR_CLAMD_WHEN_AWAY,
    cutLengths: config.SENSOR_CLAMD_CUT_LENGTHS,
  },
  holdMs: config.SENSOR_CLAMD_HOLD_SECONDS * 1000,
});

/** Null: clients connect without TLS. Throws ConfigError. */
export function readClamdTls(config: ClamdVariables): ClamdTls | null {
  const { SENSOR_CLAMD_TLS_CERT_FILE: cert, SENSOR_CLAMD_TLS_KEY_FILE: key } = config;
  const authorities = config.SENSOR_CLAMD_TLS_CLIENT_CA_FILE;
  if (cert === undefined && key === undefined && authorities === undefined) return null;
  if (cert === undefined || key === undefined)
    throw new ConfigError('SENSOR_CLAMD_TLS_CERT_FILE and SENSOR_CLAMD_TLS_KEY_FILE have to be set together');
  return {
    cert: readText('SENSOR_CLAMD_TLS_CERT_FILE', cert),
    key: readText('SENSOR_CLAMD_TLS_KEY_FILE', key),
    ...(authorities === undefined
      ? {}
      : { clientAuthorities: readText('SENSOR_CLAMD_TLS_CLIENT_CA_FILE', authorities) }),
  };
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${name}: cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

function readAddress(text: string | undefined, context: z.RefinementCtx): ListenAddress | null {
  if (text === undefined) return null;
  if (text.startsWith('unix:/')) return { kind: 'unix', path: text.slice('unix:'.length), mode: 0o660 };
  const tcp = parseHostAndPort(text);
  if (tcp !== null) return { kind: 'tcp', ...tcp };
  context.addIssue({ code: 'custom', message: 'has to be HOST:PORT, [IPv6]:PORT or unix:/path' });
  return z.NEVER;
}

function readLengths(entries: readonly string[], context: z.RefinementCtx): ReadonlySet<number> {
  if (entries.join() === 'none') return new Set();
  const lengths = entries.map(Number);
  if (lengths.every((length) => Number.isSafeInteger(length) && length > 0)) return new Set(lengths);
  context.addIssue({ code: 'custom', message: 'has to be a list of numbers of bytes' });
  return z.NEVER;
}
