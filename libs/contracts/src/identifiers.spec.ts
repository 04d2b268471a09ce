import { describe, expect, it } from 'vitest';
import {
  formatFingerprint,
  groupKeyOf,
  isIdentifier,
  isScanId,
  objectKeySchema,
  parseFingerprint,
  parseObjectKey,
  sharedObjectKey,
} from './identifiers.js';

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

describe('object keys', () => {
  const digits = '0123456789abcdef'.repeat(2);
  it('name a file of its own', () => {
    expect(parseObjectKey(digits)).toEqual({ kind: 'own', key: digits });
    expect(groupKeyOf(digits)).toBeNull();
  });
  it.each([
    [0, 1],
    [0, 65_536],
    [1_048_575, 1],
    [983_040, 65_536],
    [1000, 10],
  ])('name a place in a shared file: %d, %d', (offset, length) => {
    const key = sharedObjectKey(digits, offset, length);
    expect(parseObjectKey(key)).toEqual({ kind: 'shared', groupKey: digits, offset, length });
    expect(groupKeyOf(key)).toBe(digits);
    expect(objectKeySchema.parse(key)).toBe(key);
  });
  it.each([
    '',
    digits.slice(1),
    `${digits}0`,
    digits.toUpperCase(),
    `${digits}\n`,
    ` ${digits}`,
    `${digits}.`,
    `${digits}.0`,
    `${digits}.0.`,
    `${digits}..1`,
    `${digits}.0.1.`,
    `${digits}.0.1.1`,
    `${digits}.0.1\n`,
    `${digits}.0.0`,
    `${digits}.00.1`,
    `${digits}.01.1`,
    `${digits}.0.01`,
    `${digits}.-1.1`,
    `${digits}.+1.1`,
    `${digits}.1e1.1`,
    `${digits}.0x1.1`,
    `${digits}.1.5.1`,
    `${digits}.1,1`,
    `${digits}. 1.1`,
    `${digits}.\u0661.1`,
    `${digits}.0.65537`,
    `${digits}.1048576.1`,
    `${digits}.983041.65536`,
    `${digits}.99999999999999999999.1`,
    `${digits}.0.99999999999999999999`,
    `${digits.slice(1)}.0.1`,
    `${digits}.group`,
    `${digits}.sealed`,
    `../${digits}.0.1`,
  ])('are not what only looks like one: %j', (text) => {
    expect(parseObjectKey(text)).toBeNull();
    expect(groupKeyOf(text)).toBeNull();
    expect(objectKeySchema.safeParse(text).success).toBe(false);
  });
});
