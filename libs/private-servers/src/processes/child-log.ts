import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { explainDiskFaults } from '../files/disk-faults.js';

const tailBytes = 4096;

/** Opened here and handed over: the child itself needs no way into the folder of logs. */
export function openChildLog(file: string): { readonly handle: number; readonly sizeBytes: number } {
  const handle = explainDiskFaults(file, () => openSync(file, 'a', 0o600));
  return { handle, sizeBytes: fstatSync(handle).size };
}

/** The end of what was written since the log had `startBytes`. */
export function readChildLog(file: string, startBytes: number): string {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const from = Math.max(startBytes, size - tailBytes);
    const tail = Buffer.alloc(Math.max(0, size - from));
    readSync(handle, tail, 0, tail.length, from);
    return tail.toString('utf8');
  } finally {
    closeSync(handle);
  }
}
