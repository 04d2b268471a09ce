import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renewDirectory } from './renew-directory.js';

const own = { account: null, identity: {} };

describe('a directory that is renewed', () => {
  let home: string;
  let directory: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'renew-'));
    directory = path.join(home, 'temporary');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const fill = (folder: string): void => {
    mkdirSync(path.join(folder, 'unpacked', 'deep'), { recursive: true });
    for (let n = 0; n < 50; n += 1) writeFileSync(path.join(folder, 'unpacked', 'deep', String(n)), 'x');
  };

  it('is empty at once, and what it held is removed after that', async () => {
    fill(directory);
    const removed = renewDirectory(directory, own);
    expect(readdirSync(directory)).toEqual([]);
    expect(readdirSync(home)).toHaveLength(2);
    await removed;
    expect(readdirSync(home)).toEqual(['temporary']);
  });

  it('is made where there is none, and left where it is empty', async () => {
    await renewDirectory(directory, own);
    const { ino } = statSync(directory);
    await renewDirectory(directory, own);
    expect(statSync(directory).ino).toBe(ino);
    expect(readdirSync(home)).toEqual(['temporary']);
  });

  it('takes along what an earlier launcher left aside, and nothing else', async () => {
    fill(path.join(home, 'temporary.left-1-2'));
    fill(path.join(home, 'other'));
    await renewDirectory(directory, own);
    expect(readdirSync(home).sort()).toEqual(['other', 'temporary']);
    expect(existsSync(path.join(home, 'other', 'unpacked', 'deep', '49'))).toBe(true);
  });
});
