import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockHome } from './lock-home.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'sluice-lock-'));
});
afterEach(() => rmSync(home, { recursive: true }));
const lockFile = (): string => path.join(home, 'launcher.lock');

describe('lockHome', () => {
  it('refuses a second launcher, and lets it in after the first', () => {
    const first = lockHome(home);
    expect(() => lockHome(home)).toThrow('already running');
    first.release();
    expect(existsSync(lockFile())).toBe(false);
    lockHome(home).release();
  });
  it('takes over the lock of a launcher that was killed, also when its number belongs to another process now', () => {
    writeFileSync(lockFile(), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
    lockHome(home).release();
  });
  it('takes over a lock that is not readable', () => {
    writeFileSync(lockFile(), '');
    lockHome(home).release();
  });
});
