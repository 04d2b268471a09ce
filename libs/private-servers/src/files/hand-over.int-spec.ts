import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handOver, shareWithGroup } from './hand-over.js';
import { makeDirectory } from './directories.js';

/** Owners are given by root alone; `npm test` as an ordinary user names this suite as skipped. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
const former = { name: 'former', uid: 61_191, gid: 61_191 };
const next = { name: 'next', uid: 61_192, gid: 61_192 };
const stranger = 61_193;
const objectsGroup = 61_194;

asRoot('what an earlier account left', () => {
  let home: string;
  let part: string;
  const at = (name: string): string => path.join(part, name);
  const ownerOf = (file: string): string => `${lstatSync(file).uid}:${lstatSync(file).gid}`;
  const leave = (name: string, { uid, gid } = former): void => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), name, { mode: 0o600 });
    chownSync(path.dirname(at(name)), uid, gid);
    chownSync(at(name), uid, gid);
  };
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sluice-hand-over-'));
    part = path.join(home, 'console');
    leave('tls/console.key');
    leave('admin-password');
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('is the new account’s, with the modes it had, and a second start changes nothing', () => {
    for (let start = 0; start < 2; start += 1) {
      handOver(part, former, next);
      for (const name of ['.', 'tls', 'tls/console.key', 'admin-password'])
        expect([name, ownerOf(at(name))]).toEqual([name, '61192:61192']);
      expect(statSync(at('admin-password')).mode & 0o777).toBe(0o600);
      expect(makeDirectory(part, 'service', next)).toBe(part);
    }
  });

  it('is given away no further than it is its own: not what is another’s, and not what links lead to', () => {
    const outside = path.join(home, 'outside');
    writeFileSync(outside, 'root’s');
    mkdirSync(path.join(home, 'folder'));
    symlinkSync(outside, at('link'));
    symlinkSync(path.join(home, 'folder'), at('linked-folder'));
    for (const link of ['link', 'linked-folder']) lchownSync(at(link), former.uid, former.gid);
    leave('a-strangers', { ...former, uid: stranger, gid: stranger });
    chownSync(part, former.uid, former.gid);
    writeFileSync(at('roots'), '');
    handOver(part, former, next);
    expect(ownerOf(outside)).toBe('0:0');
    expect(ownerOf(path.join(home, 'folder'))).toBe('0:0');
    expect(ownerOf(at('roots'))).toBe('0:0');
    expect(ownerOf(at('a-strangers'))).toBe('61193:61193');
    expect(ownerOf(at('tls/console.key'))).toBe('61192:61192');
  });

  it('stays where it is when the folder is no longer of the former account', () => {
    chownSync(part, stranger, stranger);
    handOver(part, former, next);
    expect(ownerOf(at('admin-password'))).toBe('61191:61191');
    expect(() => makeDirectory(part, 'service', next)).toThrow('belongs to another user (uid 61193)');
  });

  it('is open to the group, of objects: what was one account’s alone', () => {
    chmodSync(part, 0o700);
    const outside = path.join(home, 'outside');
    writeFileSync(outside, '', { mode: 0o600 });
    chownSync(outside, former.uid, former.gid);
    symlinkSync(outside, at('link'));
    lchownSync(at('link'), former.uid, former.gid);
    shareWithGroup(part, former, objectsGroup);
    expect([ownerOf(part), statSync(part).mode & 0o7777]).toEqual(['0:61194', 0o2770]);
    expect([ownerOf(at('admin-password')), statSync(at('admin-password')).mode & 0o777]).toEqual([
      '0:61194',
      0o640,
    ]);
    expect([ownerOf(outside), statSync(outside).mode & 0o777]).toEqual(['61191:61191', 0o600]);
  });
});
