import type { Database } from '@sluice/database';
import { createSealingKeyPair, openSecret, publicSealingKey, secretContext } from '@sluice/notifications';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';

/** Opens all sealed secrets of a channel; null when one doesn't open with this key. */
export type OpenSecrets = (
  channelId: string,
  sealed: Readonly<Record<string, string>>,
) => Readonly<Record<string, string>> | null;

export const openSecretsWith =
  (privateKeyPem: string): OpenSecrets =>
  (channelId, sealed) => {
    const opened: Record<string, string> = {};
    for (const [name, text] of Object.entries(sealed)) {
      const secret = openSecret(privateKeyPem, secretContext(channelId, name), text);
      if (secret === null) return null;
      opened[name] = secret;
    }
    return opened;
  };

/**
 * The private sealing key, readable by this user alone; made once, by the first instance that needs it. All instances
 * need the same: they share the file, or get it as a secret. Throws when the file holds something else.
 */
export async function ensureSealingKey(file: string): Promise<string> {
  const present = await readIfThere(file);
  if (present !== null) return checked(file, present);
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, createSealingKeyPair().privateKeyPem, { mode: 0o600, flag: 'wx', flush: true });
  // A link is made whole or not at all, and not over what another instance made first.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return checked(file, await readFile(file, 'utf8'));
}

export interface PublishedFacts {
  readonly privateKeyPem: string;
  readonly consoleUrl: string;
  /** Where mail is released to, for people; null: nowhere. */
  readonly releasesTo: string | null;
}

/**
 * Tells the console what to seal with, the address in links, for its previews, and whether mail can be released. Secrets
 * sealed for another key have to be entered again; the channel says so.
 */
export async function publishSealingKey(
  database: Pick<Database, 'query'>,
  { privateKeyPem, consoleUrl, releasesTo }: PublishedFacts,
): Promise<void> {
  await database.query(
    `INSERT INTO deliveries.sealing_key AS k (public_key, console_url, releases_to) VALUES ($1, $2, $3)
     ON CONFLICT (only_row) DO UPDATE SET public_key = excluded.public_key, console_url = excluded.console_url,
       releases_to = excluded.releases_to, updated_at = clock_timestamp()
     WHERE (k.public_key, k.console_url, k.releases_to)
       IS DISTINCT FROM (excluded.public_key, excluded.console_url, excluded.releases_to)`,
    [publicSealingKey(privateKeyPem), consoleUrl, releasesTo],
  );
}

function checked(file: string, pem: string): string {
  try {
    publicSealingKey(pem);
    return pem;
  } catch (cause) {
    throw new Error(`${file} holds no X25519 private key`, { cause });
  }
}

async function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
