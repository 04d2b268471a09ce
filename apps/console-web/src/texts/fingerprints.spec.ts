import { describe, expect, it } from 'vitest';
import { compareFingerprints, readFingerprint, splitFingerprint } from './fingerprints.js';

const bytes = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase());
const shown = bytes.join(':');

describe('a pasted fingerprint', () => {
  it.each([
    ['with colons', shown],
    ['without', bytes.join('')],
    ['in small letters', shown.toLowerCase()],
    ['as openssl prints it', `sha256 Fingerprint=${shown}`],
    ['broken over lines', `${bytes.slice(0, 16).join(' ')}\n  ${bytes.slice(16).join(' ')}\n`],
  ])('is the same %s', (_how, pasted) => {
    expect(compareFingerprints(pasted, shown)).toBe('same');
  });

  it('is different when one digit in the middle is', () => {
    expect(compareFingerprints(shown.replace('0F', '0E'), shown)).toBe('different');
  });

  it.each(['', '   '])('is empty when nothing was pasted', (pasted) => {
    expect(compareFingerprints(pasted, shown)).toBe('empty');
  });

  it.each(['AA:BB', `${shown}:00`, bytes.join('').replace('00', 'zz')])('is unreadable: %s', (pasted) => {
    expect(compareFingerprints(pasted, shown)).toBe('unreadable');
    expect(readFingerprint(pasted)).toBeNull();
  });
});

describe('a shown fingerprint', () => {
  it('breaks after eight bytes and loses nothing', () => {
    expect(splitFingerprint(shown)).toHaveLength(4);
    expect(splitFingerprint(shown).join('')).toBe(shown);
  });
});
