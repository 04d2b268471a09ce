import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addQuarantineKey, currentPublicPem } from '@sluice/object-store';
import {
  makeDirectory,
  surroundingsOf,
  writePrivateFile,
  writeSecretOf,
  type Account,
  type ServerContext,
} from '@sluice/private-servers';

/** Who may open what is kept for quarantine, each with a copy of its own; the public half is no secret. */
const readers = ['console', 'notifier'] as const;

export interface QuarantineFiles {
  /** The launcher's own, which the others are copies of: what a backup needs. */
  readonly keys: string;
  readonly copies: Readonly<Record<(typeof readers)[number], string>>;
  readonly publicKey: string;
}

export function quarantineFiles(home: string): QuarantineFiles {
  const folder = path.join(home, 'quarantine');
  return {
    keys: path.join(home, 'secrets', 'quarantine-keys'),
    copies: {
      console: path.join(folder, 'console', 'keys'),
      notifier: path.join(folder, 'notifier', 'keys'),
    },
    publicKey: path.join(folder, 'public-key'),
  };
}

/** Makes the first key, and gives each service what it may have. Folders stay the launcher's: nothing leads it elsewhere. */
export function placeQuarantineKeys(context: ServerContext): QuarantineFiles {
  const files = quarantineFiles(context.home);
  const pems = existsSync(files.keys) ? readFileSync(files.keys, 'utf8') : addQuarantineKey().privatePems;
  makeDirectory(path.dirname(files.publicKey), 'passable', context.account);
  for (const reader of readers) {
    const { account } = surroundingsOf(reader, context);
    // Not by group: a notifier that releases mail runs in that of the objects. The file is its account's alone.
    makeDirectory(path.dirname(files.copies[reader]), 'passable', account);
    writeSecretOf(account, files.copies[reader], pems);
  }
  if (!existsSync(files.keys)) writePrivateFile(files.keys, pems);
  writePublicFile(files.publicKey, currentPublicPem(pems));
  return files;
}

/**
 * One more key for what is kept from now on; those before stay, for what they sealed. Services see it by themselves.
 * Null: this home has no key yet. The public half comes last: nothing is sealed that no one could open.
 */
export function rotateQuarantineKey(home: string): { readonly keyId: string; readonly older: number } | null {
  const files = quarantineFiles(home);
  if (!existsSync(files.keys)) return null;
  const before = readFileSync(files.keys, 'utf8');
  const { privatePems, publicPem, keyId } = addQuarantineKey(before);
  writePrivateFile(files.keys, privatePems);
  for (const reader of readers)
    writeSecretOf(ownerOf(files.copies[reader]), files.copies[reader], privatePems);
  writePublicFile(files.publicKey, publicPem);
  return { keyId, older: before.split('-----BEGIN PRIVATE KEY-----').length - 1 };
}

/** As whoever started the system gave it; null where that was no root. */
function ownerOf(file: string): Account | null {
  const { uid, gid } = statSync(file);
  return process.getuid?.() === 0 ? { name: 'as before', uid, gid } : null;
}

function writePublicFile(file: string, pem: string): void {
  writeFileSync(`${file}.new`, pem, { flush: true });
  chmodSync(`${file}.new`, 0o644);
  renameSync(`${file}.new`, file);
}
