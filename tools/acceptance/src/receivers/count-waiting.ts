import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Set by Postfix on a queue file once it is whole, just before it answers 250. */
const wholeMode = 0o100;

/**
 * Mails in Postfix's queue that are on their way, those on hold not among them: a file that a killed process left
 * unfinished is none. The folders are read one after another, the way a mail takes and once more where it began: one that
 * moves on meanwhile is found in one at least, and counted once.
 */
export async function countWaiting(queueFolder: string): Promise<number> {
  const waiting = new Set<string>();
  for (const name of ['deferred', 'incoming', 'active', 'deferred']) {
    const folder = path.join(queueFolder, name);
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of found) if (entry.isFile() && (await isWhole(entry))) waiting.add(entry.name);
  }
  return waiting.size;
}

/** What has moved on since its name was read may be on its way. */
const isWhole = ({ parentPath, name }: { parentPath: string; name: string }): Promise<boolean> =>
  stat(path.join(parentPath, name)).then(
    ({ mode }) => (mode & wholeMode) !== 0,
    () => true,
  );
