import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from './command.errors.js';
import { findFiles } from './find-files.js';

let from: string;
beforeEach(() => {
  from = mkdtempSync(path.join(tmpdir(), 'sluice-find-'));
});
afterEach(() => rmSync(from, { recursive: true }));

const write = (...names: string[]): void => {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(from, name)), { recursive: true });
    writeFileSync(path.join(from, name), name);
  }
};

describe('what is sent of what was named', () => {
  it('is every file of a folder and of the folders in it, by name', () => {
    write('in/b.txt', 'in/a/z.txt', 'in/a/.hidden', 'other.txt');
    expect(findFiles(['other.txt', 'in'], from)).toMatchObject({
      files: ['other.txt', 'in/a/.hidden', 'in/a/z.txt', 'in/b.txt'],
      leftOut: [],
    });
  });

  it('is a name that is not there too: sending it says why', () => {
    expect(findFiles(['nothing'], from)).toMatchObject({ files: ['nothing'], leftOut: [] });
  });

  it('is nothing that a link in a folder leads out to, nor anything twice', () => {
    write('in/a.txt', 'secret.txt', 'out/deep.txt');
    symlinkSync('../secret.txt', path.join(from, 'in/secret'));
    symlinkSync('../out', path.join(from, 'in/out'));
    symlinkSync('a.txt', path.join(from, 'in/same'));
    symlinkSync('.', path.join(from, 'in/round'));
    symlinkSync('gone', path.join(from, 'in/broken'));
    const { files, leftOut } = findFiles(['in'], from);
    expect(files).toEqual(['in/a.txt']);
    expect(leftOut).toEqual([
      { file: 'in/broken', reason: 'a link to nothing' },
      { file: 'in/out', reason: 'a link out of the folder, not followed' },
      { file: 'in/secret', reason: 'a link out of the folder, not followed' },
    ]);
  });

  it('is no pipe, which would be read for ever', () => {
    write('in/a.txt');
    spawnSync('mkfifo', [path.join(from, 'in/pipe')]);
    expect(findFiles(['in'], from).leftOut).toEqual([
      { file: 'in/pipe', reason: 'is no file: a device, a pipe or a socket' },
    ]);
  });

  it('says of a folder without files that it holds none', () => {
    mkdirSync(path.join(from, 'empty/too'), { recursive: true });
    expect(findFiles(['empty'], from).leftOut).toEqual([{ file: 'empty', reason: 'holds no files' }]);
  });

  it('has a bound', () => {
    mkdirSync(path.join(from, 'many'));
    for (let count = 0; count <= 10_000; count += 1) writeFileSync(path.join(from, 'many', `${count}`), '');
    expect(() => findFiles(['many'], from)).toThrow(CommandError);
  });
});
