import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentPublicPem, QuarantineKeys } from '@sluice/object-store';
import { objectsGroup, prepareContext, type ServerContext } from '@sluice/private-servers';
import { placeQuarantineKeys, rotateQuarantineKey } from './quarantine-keys.js';

let folder: string;
let context: ServerContext;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-keys-'));
  chmodSync(folder, 0o755);
  context = prepareContext({ home: path.join(folder, 'home') });
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the keys of quarantine', () => {
  it('are made once, stay over starts, and are the same for all who may open', async () => {
    const files = placeQuarantineKeys(context);
    const made = readFileSync(files.keys, 'utf8');
    expect(placeQuarantineKeys(context)).toEqual(files);
    const copies = [files.keys, files.copies.console, files.copies.notifier];
    expect(copies.map((file) => readFileSync(file, 'utf8'))).toEqual([made, made, made]);
    expect(copies.map((file) => statSync(file).mode & 0o077)).toEqual([0, 0, 0]);
    expect(readFileSync(files.publicKey, 'utf8')).toBe(currentPublicPem(made));
    await expect(QuarantineKeys.read(files.keys)).resolves.toBeDefined();
  });

  it('are one more after a rotation, with those before behind it, for all at once', () => {
    expect(rotateQuarantineKey(context.home)).toBeNull();
    const files = placeQuarantineKeys(context);
    const before = readFileSync(files.keys, 'utf8');
    expect(rotateQuarantineKey(context.home)).toMatchObject({ older: 1 });
    const after = readFileSync(files.keys, 'utf8');
    expect(after.endsWith(before)).toBe(true);
    expect(after).not.toBe(before);
    for (const copy of Object.values(files.copies)) expect(readFileSync(copy, 'utf8')).toBe(after);
    expect(readFileSync(files.publicKey, 'utf8')).toBe(currentPublicPem(after));
  });

  /** Where parts have accounts: a notifier that releases mail has its own, in the group of the objects. */
  it('are read by console and notifier alone, also by a notifier in the group of the objects', () => {
    const { separation } = context;
    if (separation.kind === 'shared') return expect(separation.why).not.toBe('');
    const { copies, publicKey } = placeQuarantineKeys(context);
    rotateQuarantineKey(context.home);
    const { console, notifier, results, scanner, gateway } = separation.accounts;
    const releasing = { ...notifier, gid: objectsGroup };
    const reads = (file: string, { uid, gid }: { uid: number; gid: number }): boolean =>
      spawnSync('/bin/cat', [file], { uid, gid, cwd: '/' }).status === 0;
    const all = [console, notifier, releasing, results, scanner, gateway];
    expect(all.map((one) => reads(copies.console, one))).toEqual([true, false, false, false, false, false]);
    expect(all.map((one) => reads(copies.notifier, one))).toEqual([false, true, true, false, false, false]);
    expect(reads(publicKey, results)).toBe(true);
  });
});
