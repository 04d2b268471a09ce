import { describe, expect, it } from 'vitest';
import { formatFingerprint, isIdentifier, isScanId, parseFingerprint } from './identifiers.js';

describe('identifiers', () => {
  it.each(['a', '_', '-x', 'A.b-c_9', 'x'.repeat(128)])('accepts %s', (id) =>
    expect(isIdentifier(id)).toBe(true),
  );
  it.each(['', '.', '.a', 'a/b', 'a b', 'é', 'x'.repeat(129), 'a\n'])('refuses %j', (id) =>
    expect(isIdentifier(id)).toBe(false),
  );
  it.each(['state', 'filters'])('refuses %s as a scanId, because it is a path of its own', (id) =>
    expect(isScanId(id)).toBe(false),
  );
});

describe('fingerprints', () => {
  const hex = 'ab'.repeat(32);
  it('come back from the form operators compare', () =>
    expect(parseFingerprint(formatFingerprint(hex))).toBe(hex));
  it('are shown as AA:BB', () => expect(formatFingerprint('abcd')).toBe('AB:CD'));
  it('are refused at another length', () => expect(parseFingerprint('ab:cd')).toBeNull());
});
