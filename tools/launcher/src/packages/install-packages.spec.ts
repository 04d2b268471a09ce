import { describe, expect, it } from 'vitest';
import { findMissing } from '../../install-packages.mjs';

const locked = {
  '': { version: '1.0.0' },
  'libs/own': { version: '1.0.0' },
  'node_modules/own': { link: true, resolved: 'libs/own' },
  'node_modules/one': { version: '1.2.3', integrity: 'sha512-one' },
  'node_modules/other-system': { version: '1.0.0', optional: true },
};
const complete = {
  'node_modules/own': { link: true, resolved: 'libs/own' },
  'node_modules/one': { version: '1.2.3', integrity: 'sha512-one' },
};
const places = (missing: readonly { place: string }[]): string[] => missing.map(({ place }) => place);

describe('findMissing', () => {
  it('finds nothing in a complete installation, whatever optional packages of other systems are absent', () =>
    expect(findMissing(locked, complete)).toEqual([]));
  it('names a package that is absent', () =>
    expect(places(findMissing(locked, {}))).toEqual(['node_modules/own', 'node_modules/one']));
  it('names a package of another version', () => {
    const older = { ...complete, 'node_modules/one': { version: '1.2.2', integrity: 'sha512-one' } };
    expect(places(findMissing(locked, older))).toEqual(['node_modules/one']);
  });
  it('names a package of other bytes', () => {
    const altered = { ...complete, 'node_modules/one': { version: '1.2.3', integrity: 'sha512-two' } };
    expect(places(findMissing(locked, altered))).toEqual(['node_modules/one']);
  });
});
