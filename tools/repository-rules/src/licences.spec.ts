import { describe, expect, it } from 'vitest';
import { readJson, readRepositoryFile } from './repository.js';

/** What may run in production without a further look: licences that ask for no more than their text. */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'Python-2.0',
]);

/** Looked at one by one; package and version, because a new version may come under other terms. */
const lookedAt = new Map([
  [
    '7z-wasm@1.2.0',
    'LGPL-2.1-or-later with the unRAR restriction; optional, unchanged; NOTICE has the source offer',
  ],
  ['busboy@1.6.0', 'MIT, said in its LICENSE file only'],
  ['streamsearch@1.1.0', 'MIT, said in its LICENSE file only'],
]);

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly optional?: boolean;
}

const lock = readJson<{ packages: Record<string, LockedPackage> }>('package-lock.json');
const shipped = Object.entries(lock.packages)
  .filter(([place, one]) => place.includes('node_modules/') && one.dev !== true && one.link !== true)
  .map(([place, one]) => ({ ...one, id: `${place.split('node_modules/').at(-1)}@${one.version}` }));

describe('licences of what runs in production', () => {
  it('are on the list, or the package was looked at', () => {
    const unknown = shipped.filter(({ id, license }) => !allowed.has(license ?? '') && !lookedAt.has(id));
    expect(unknown.map(({ id, license }) => `${id}: ${license}`)).toEqual([]);
    expect(shipped.length).toBeGreaterThan(100);
  });

  it('have no entry for what is gone', () => {
    const ids = new Set(shipped.map(({ id }) => id));
    expect([...lookedAt.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  it('keep 7-Zip optional, and its notice in the repository', () => {
    const sevenZip = shipped.find(({ id }) => id.startsWith('7z-wasm@'));
    expect(sevenZip?.optional).toBe(true);
    const notice = readRepositoryFile('NOTICE');
    expect(notice).toContain(`7z-wasm ${sevenZip?.version}`);
    expect(notice).toContain('unRAR');
  });
});
