import {
  appendFileSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundLogs } from './bound-logs.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('boundLogs', () => {
  it('empties a log that is too long, keeps its content beside it, and lets its writer go on', () => {
    const file = path.join(folder, 'one.log');
    const writer = openSync(file, 'a');
    writeSync(writer, 'x'.repeat(100));
    boundLogs(folder, 50);
    writeSync(writer, 'after');
    closeSync(writer);
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(statSync(`${file}.1`).size).toBe(100);
  });
  it('leaves a short one alone', () => {
    const file = path.join(folder, 'one.log');
    appendFileSync(file, 'short');
    boundLogs(folder, 50);
    expect(readFileSync(file, 'utf8')).toBe('short');
  });
});
