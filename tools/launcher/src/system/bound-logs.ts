import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';

export const largestLogBytes = 20 * 1024 ** 2;
const checkMs = 15_000;

/**
 * Keeps each log and the one before it below `largestLogBytes` plus what is written between two looks. Children write
 * into the files themselves (opened for appending), so that a log is copied and emptied, never renamed.
 */
export function startBoundingLogs(directory: string): { stop(): void } {
  const timer = setInterval(() => boundLogs(directory, largestLogBytes), checkMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

export function boundLogs(directory: string, maxBytes: number): void {
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.log'))) {
    const file = path.join(directory, name);
    try {
      if (statSync(file).size <= maxBytes) continue;
      copyFileSync(file, `${file}.1`);
      truncateSync(file);
    } catch {
      // A full disk: emptying matters more than keeping the older lines.
      truncateSync(file);
    }
  }
}
