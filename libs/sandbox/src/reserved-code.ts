import { readFileSync } from 'node:fs';

/**
 * What Node itself has reserved for compiled code. From V8 13 (Node 24) on that is 512 MiB which may be written and are
 * hardly ever touched; the kernel counts them as data all the same. A sandbox whose limit is not wider by them would
 * have so much less than was asked for, and below 576 MiB Node ends at its start.
 */
export function reservedCodeBytes(): number {
  known ??= bytesOfCode(readFileSync('/proc/self/maps', 'utf8'));
  return known;
}

let known: number | undefined;

/** Mappings that can be written and executed, have no file and are private: as proc_pid_maps(5) lists them. */
export function bytesOfCode(maps: string): number {
  const found = maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rwxp 0+ 00:00 0\s*$/gm);
  return [...found].reduce((sum, [, from, to]) => sum + parseInt(to ?? '', 16) - parseInt(from ?? '', 16), 0);
}
