import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Account } from '../processes/account.js';
import { LauncherError } from '../launcher.errors.js';

/** Makes `directory` (and what is missing above it), owned by the account that runs the services, mode 0700. */
export function makePrivateDirectory(directory: string, account: Account | null): string {
  return explainDiskFaults(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (account !== null) chownSync(directory, account.uid, account.gid);
    // Someone else's directory can't be changed, and must not be trusted with passwords.
    if ((statSync(directory).mode & 0o777) !== 0o700) chmodSync(directory, 0o700);
    return directory;
  });
}

/** Whole or not at all: a crash half-way leaves the file as it was. */
export function writePrivateFile(file: string, content: string, account: Account | null, mode = 0o600): void {
  explainDiskFaults(file, () => {
    const unfinished = `${file}.new`;
    writeFileSync(unfinished, content, { mode, flush: true });
    chmodSync(unfinished, mode);
    if (account !== null) chownSync(unfinished, account.uid, account.gid);
    renameSync(unfinished, file);
  });
}

/** A random secret that stays the same as long as its file does: 192 bits, letters and digits that need no escaping. */
export function readOrMakeSecret(file: string, account: Account | null): string {
  if (existsSync(file)) {
    const kept = readFileSync(file, 'utf8').trim();
    if (kept !== '') return kept;
  }
  const secret = randomBytes(24).toString('hex');
  writePrivateFile(file, `${secret}\n`, account);
  return secret;
}

export function readOrMakeSecretIn(directory: string, name: string, account: Account | null): string {
  return readOrMakeSecret(path.join(directory, name), account);
}

const diskFaults: Readonly<Record<string, { problem: string; nextStep: string }>> = {
  ENOSPC: {
    problem: 'the disk is full',
    nextStep: 'free some space there, or set SLUICE_HOME to another disk',
  },
  EDQUOT: { problem: 'the disk quota is used up', nextStep: 'free some space, or set SLUICE_HOME elsewhere' },
  EACCES: {
    problem: 'not permitted',
    nextStep: 'set SLUICE_HOME to a folder you may write, or run as its owner',
  },
  EPERM: {
    problem: 'not permitted',
    nextStep: 'set SLUICE_HOME to a folder you may write, or run as its owner',
  },
  EROFS: { problem: 'the file system is read-only', nextStep: 'set SLUICE_HOME to a folder you may write' },
  ENOTDIR: { problem: 'a part of the path is not a folder', nextStep: 'set SLUICE_HOME to another folder' },
  EEXIST: {
    problem: 'something that is not a folder is there',
    nextStep: 'set SLUICE_HOME to another folder',
  },
};

/** Turns what the operating system says about a disk into a line people can act on. */
export function explainDiskFaults<Result>(place: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const known = diskFaults[code];
    if (known === undefined) throw error;
    throw new LauncherError(`Can't write ${place}: ${known.problem}.`, known.nextStep, { cause: error });
  }
}
