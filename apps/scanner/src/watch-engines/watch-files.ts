import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const intervalMs = 2000;
const maxFiles = 20_000;

/**
 * Calls back when a file, or anything below a folder, has changed, and once at first: it may have changed since it was read.
 * Looks every two seconds: file events don't come through every volume a container may mount.
 */
export function watchFiles(
  paths: readonly string[],
  onChange: () => void,
  everyMs = intervalMs,
): { stop: () => void } {
  let isStopped = false;
  let known: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const now = (await Promise.all(paths.map(signatureOf))).join('\n');
    if (isStopped) return;
    if (now !== known) onChange();
    known = now;
    timer = setTimeout(() => void look(), everyMs);
  };
  if (paths.length > 0) void look();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** With the time that no copy sets: another text of the same length may come with the old one's date. */
const stampOf = ({ ino, size, mtimeMs, ctimeMs }: Stats): string => `${ino} ${size} ${mtimeMs} ${ctimeMs}`;

async function signatureOf(file: string): Promise<string> {
  try {
    const found = await stat(file);
    if (!found.isDirectory()) return `${file} ${stampOf(found)}`;
    const names = (await readdir(file, { recursive: true })).sort().slice(0, maxFiles);
    const lines: string[] = [];
    for (const name of names) {
      const one = await stat(path.join(file, name)).catch(() => null);
      if (one?.isFile() === true) lines.push(`${name} ${stampOf(one)}`);
    }
    return lines.join('\n');
  } catch {
    return `${file} missing`;
  }
}
