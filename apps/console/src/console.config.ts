import { envInteger, envList, serviceEnvironment } from '@sluice/runtime';
import { settingKeys, settingVariable } from '@sluice/contracts';
import { z } from 'zod';
import { firstSettingVariable } from './settings/setting-text.js';

const gibibyte = 1024 ** 3;
const text = z.string().min(1);
const settingVariables = [
  ...settingKeys.map((key) => settingVariable(key)),
  ...settingKeys.map((key) => firstSettingVariable(key)),
];

/** Everything the console reads from its environment. */
export const consoleConfigSchema = z.object({
  ...serviceEnvironment,
  CONSOLE_HOST: z.string().default('127.0.0.1'),
  CONSOLE_PORT: envInteger(0, 65535).default(9443),
  /** Names and addresses in a certificate the console makes for itself. */
  CONSOLE_NAMES: envList().default(['localhost', '127.0.0.1']),
  /** Where external systems reach the gateways, for the lines operators copy. Absent: the gateways' own default. */
  GATEWAY_PUBLIC_PORT: envInteger(1, 65535).optional(),
  CONSOLE_TLS_CERT_FILE: text,
  CONSOLE_TLS_KEY_FILE: text,
  /** Login of role sluice_console (or the owner's). */
  DATABASE_URL: text,
  DATABASE_POOL_SIZE: envInteger(2, 100).default(4),
  /** The first administrator's password: taken from this file, or made and written there while no operator exists. */
  ADMIN_PASSWORD_FILE: text,
  /** Where to keep an administrator's token for this machine's command line; absent: none is made. */
  LOCAL_TOKEN_FILE: text.optional(),
  /** Where kept objects are, for their download; only read. Absent: nothing can be downloaded here. */
  OBJECT_STORE_URL: text.optional(),
  /** Private keys that open what is kept, newest first. Absent: what is sealed cannot be opened here. */
  QUARANTINE_KEYS_FILE: text.optional(),
  /** As the gateways have it: below it they accept nothing, and at twice of it health warns. */
  OBJECT_STORE_RESERVE_BYTES: envInteger(0, Number.MAX_SAFE_INTEGER).default(gibibyte),
  /** `SETTING_*` pins a setting, `FIRST_SETTING_*` is its value until an operator changes it. */
  ...(Object.fromEntries(settingVariables.map((name) => [name, z.string().optional()])) as Record<
    `SETTING_${string}` | `FIRST_SETTING_${string}`,
    z.ZodOptional<z.ZodString>
  >),
});
export type ConsoleConfig = z.infer<typeof consoleConfigSchema>;
