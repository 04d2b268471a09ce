import { readFileSync, statSync } from 'node:fs';
import type { ListSource } from './hash-list.engine.js';

/** A million lines with labels; more is refused before it is read. */
const maxFileBytes = 256 * 1024 * 1024;

/** Null when no file is configured; a file that is missing is a problem, never an empty list. */
export function readListFile(file: string | null): ListSource {
  if (file === null) return null;
  try {
    if (statSync(file).size > maxFileBytes) return { problem: `is larger than ${maxFileBytes} bytes` };
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { problem: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}` };
  }
}
