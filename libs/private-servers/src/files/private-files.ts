import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Account } from '../processes/account.js';
import { explainDiskFaults } from './disk-faults.js';

const largestSecretBytes = 4096;

/** Whole or not at all: a crash half-way leaves the file as it was. `reader`: the account that may read it, too. */
export function writePrivateFile(file: string, content: string, reader: Account | null = null): void {
  explainDiskFaults(file, () => {
    const unfinished = `${file}.new`;
    writeFileSync(unfinished, content, { mode: 0o600, flush: true });
    if (reader !== null) {
      chownSync(unfinished, process.getuid?.() ?? 0, reader.gid);
      chmodSync(unfinished, 0o640);
    }
    renameSync(unfinished, file);
  });
}

/** A secret of one account: no one else may read it, whatever group they share. */
export function writeSecretOf(account: Account | null, file: string, content: string): void {
  if (account === null) return writePrivateFile(file, content);
  explainDiskFaults(file, () => {
    const unfinished = `${file}.new`;
    writeFileSync(unfinished, content, { mode: 0o600, flush: true });
    chmodSync(unfinished, 0o400);
    chownSync(unfinished, account.uid, account.gid);
    renameSync(unfinished, file);
  });
}

/** A random secret that stays the same as long as its file does: 192 bits in letters that need no escaping. */
export function readOrMakeSecret(directory: string, name: string): string {
  const file = path.join(directory, name);
  if (existsSync(file)) {
    const kept = readFileSync(file, 'utf8').trim();
    if (kept !== '') return kept;
  }
  const secret = randomBytes(24).toString('hex');
  writePrivateFile(file, `${secret}\n`);
  return secret;
}

/**
 * A secret that a service wrote into a directory of its own; null when there is none. Links are not followed: a root
 * launcher must not be made to read other files.
 */
export function readServiceSecret(file: string): string | null {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const text = readFileSync(handle, 'utf8').slice(0, largestSecretBytes).trim();
    return text === '' ? null : text;
  } finally {
    closeSync(handle);
  }
}
