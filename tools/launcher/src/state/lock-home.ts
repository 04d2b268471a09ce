import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  StartError,
  identify,
  isRunning,
  type ProcessIdentity,
  explainDiskFaults,
} from '@sluice/private-servers';

/** One launcher per state directory. A lock whose launcher is gone (killed, machine restarted) is taken over. */
export function lockHome(home: string): { release(): void } {
  const file = path.join(home, 'launcher.lock');
  const own = identify(process.pid);
  const content = JSON.stringify(own);
  const holder = takeLock(file, content);
  if (holder !== null) {
    throw new StartError(
      `A system is already running with the state in ${home} (launcher ${holder.pid}).`,
      'Stop it first, or start another one with its own SLUICE_HOME, GATEWAY_PORT and CONSOLE_PORT.',
    );
  }
  return {
    release: () => {
      if (readLock(file)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}

/** Null when the lock is ours; otherwise who holds it. */
function takeLock(file: string, content: string): ProcessIdentity | null {
  const own = `${file}.${process.pid}`;
  explainDiskFaults(own, () => writeFileSync(own, content, { mode: 0o600 }));
  try {
    for (;;) {
      // A link appears whole, and only if the name is free.
      if (linked(own, file)) return null;
      const holder = readLock(file);
      if (holder !== null && isRunning(holder)) return holder;
      removeStale(file);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moved aside first: between the look and now another launcher may have put its own lock there. */
function removeStale(file: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readLock(aside);
  if (moved !== null && isRunning(moved)) linked(aside, file);
  rmSync(aside, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readLock(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}
