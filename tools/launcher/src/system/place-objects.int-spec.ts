import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { objectsGroup, objectWritersGroup } from '@sluice/private-servers';
import { makeObjectFolders } from './place-objects.js';

/** Accounts of their own take a launcher that is root; `npm test` as an ordinary user names this suite as skipped. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

/** uid, gid and further groups, as the launcher starts them. */
const writers = {
  gateway: [61_101, objectsGroup, [objectWritersGroup]],
  results: [61_103, objectsGroup, [objectWritersGroup]],
} as const;
const readers = {
  scanner: [61_102, 61_102, [objectsGroup]],
  console: [61_104, objectsGroup, []],
  'a notifier that releases mail': [61_105, objectsGroup, []],
} as const;
const others = {
  notifier: [61_105, 61_105, []],
  clamd: [61_106, 61_106, []],
  inspector: [61_107, 61_107, []],
  sensor: [61_108, 61_108, []],
} as const;
type Identity = readonly [uid: number, gid: number, groups: readonly number[]];

asRoot('the folder of the objects', () => {
  let root: string;
  const at = (...parts: string[]) => path.join(root, 'objects', ...parts);

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'sluice-placed-'));
    chmodSync(root, 0o711);
    makeObjectFolders(at());
    store();
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** What a shell says to one script. */
  function sayAs([uid, gid, groups]: Identity, script: string): string[] {
    const identity = ['--reuid', `${uid}`, '--regid', `${gid}`];
    const further = groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join(',')];
    const command = [...identity, ...further, '--', '/bin/sh', '-c', `${script}\necho ended`];
    const { stdout } = spawnSync('/usr/bin/setpriv', command, { cwd: '/', encoding: 'utf8' });
    const said = stdout.split('\n').filter((line) => line !== '');
    // Else nothing was tried, which is no answer.
    if (said.pop() !== 'ended') throw new Error(`nothing could be tried as ${uid}:${gid}`);
    return said;
  }
  const store = () =>
    expect(sayAs(writers.gateway, `echo x > ${object()} && chmod 640 ${object()} && echo stored`)).toEqual([
      'stored',
    ]);
  const object = () => at('ab', 'object');
  const attempts: Readonly<Record<string, () => string>> = {
    read: () => `cat ${object()}`,
    list: () => `ls ${at('ab')}`,
    write: () => `echo y >> ${object()}`,
    replace: () => `echo y > ${object()}`,
    open: () => `chmod 666 ${object()}`,
    add: () => `: > ${at('ab', 'new')}`,
    begin: () => `: > ${at('incoming', 'new')}`,
    'add a sidecar': () => `: > ${at('sidecars', 'new')}`,
    'make a folder': () => `mkdir ${at('zz')}`,
    'make a folder inside': () => `mkdir ${at('ab', 'zz')}`,
    'move a folder': () => `mv ${at('cd')} ${at('dc')}`,
    link: () => `ln -s /etc/passwd ${at('ab', 'link')}`,
    rename: () => `mv ${object()} ${at('ab', 'other')}`,
    delete: () => `rm -f ${at('ab', 'other')} ${object()} && test ! -e ${object()} && ls ${at('ab')}`,
  };
  const succeeding = (identity: Identity): string[] =>
    sayAs(
      identity,
      Object.entries(attempts)
        .map(([name, attempt]) => `if ( ${attempt()} ) >/dev/null 2>&1; then echo '${name}'; fi`)
        .join('\n'),
    );

  it.each(Object.entries(readers))('is read by %s, and changed in no way', (_, identity) => {
    expect(succeeding(identity)).toEqual(['read', 'list']);
  });

  it.each(Object.entries(others))('is closed to %s', (_, identity) => {
    expect(succeeding(identity)).toEqual([]);
  });

  it('is where results deletes what the gateway stored, and cannot write into it', () => {
    const allowed = succeeding(writers.results);
    expect(allowed).toEqual(expect.arrayContaining(['read', 'list', 'rename', 'delete']));
    for (const name of ['write', 'replace', 'open', 'make a folder', 'move a folder'])
      expect(allowed).not.toContain(name);
  });

  it('of an earlier release, which every service of the group could change, is closed like this', () => {
    for (const folder of [at(), at('ab'), at('incoming')]) {
      chownSync(folder, folder === at() ? 0 : 61_102, objectsGroup);
      chmodSync(folder, 0o2770);
    }
    expect(succeeding(readers.console)).toContain('add');
    rmSync(at('ab', 'new'));
    rmSync(at('incoming', 'new'));
    store();
    makeObjectFolders(at());
    expect(succeeding(readers.scanner)).toEqual(['read', 'list']);
    expect(succeeding(readers.console)).toEqual(['read', 'list']);
  });

  it('follows no link that such a service left in the place of a folder', () => {
    const elsewhere = path.join(root, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    rmSync(at('cd'), { recursive: true });
    symlinkSync(elsewhere, at('cd'));
    expect(() => makeObjectFolders(at())).toThrow(`${at('cd')} is not a folder`);
    expect(statSync(elsewhere).mode & 0o777).toBe(0o700);
  });
});
