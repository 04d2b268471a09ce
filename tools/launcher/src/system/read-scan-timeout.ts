import { type Settings, defaultSettings, settingVariable, settingsSchema } from '@sluice/contracts';
import pg from 'pg';

/** A database that does not answer is told of by `migrate`, with its reason. */
const connectTimeoutMs = 5000;

/**
 * The setting `scanTimeoutSeconds` for clamd's MaxScanTime, which clamd reads only when it starts: what the configuration
 * pins, what operators have set, what the configuration begins with, the default.
 */
export async function readScanTimeout(
  ownerUrl: string,
  variables: Readonly<Record<string, string | undefined>> = {},
): Promise<number> {
  const name = settingVariable('scanTimeoutSeconds');
  return (
    valid(variables[name]) ??
    valid(await storedValue(ownerUrl)) ??
    valid(variables[`FIRST_${name}`]) ??
    defaultSettings.scanTimeoutSeconds
  );
}

const valid = (value: unknown): Settings['scanTimeoutSeconds'] | null =>
  settingsSchema.shape.scanTimeoutSeconds.safeParse(
    value === undefined || value === null ? null : Number(value),
  ).data ?? null;

async function storedValue(ownerUrl: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: connectTimeoutMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ value: unknown }>(
      "SELECT value FROM registry.settings WHERE key = 'scanTimeoutSeconds'",
    );
    return rows[0]?.value ?? null;
  } catch {
    // No schema yet, or no database: no one has set anything that could be read, and `migrate` says what is wrong.
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}
