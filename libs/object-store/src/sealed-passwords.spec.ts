import { describe, expect, it } from 'vitest';
import { PasswordSeal, maxSealedBytes } from './sealed-passwords.js';

const secret = 's'.repeat(32);
const seal = new PasswordSeal(secret);
const key = 'a'.repeat(32);
const passwords = ['infected', 'päss wörd'];

describe('sealed passwords', () => {
  it('open under the same key for the same object, and only there', () => {
    const sealed = seal.seal(key, passwords);
    expect(new PasswordSeal(secret).open(key, sealed)).toEqual(passwords);
    expect(seal.open('b'.repeat(32), sealed)).toBeNull();
    expect(new PasswordSeal('t'.repeat(32)).open(key, sealed)).toBeNull();
  });

  it('do not open once a byte of them was changed or lost', () => {
    const sealed = seal.seal(key, passwords);
    for (const at of [0, 20, sealed.length - 1]) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(seal.open(key, altered)).toBeNull();
    }
    expect(seal.open(key, sealed.subarray(0, -1))).toBeNull();
    expect(seal.open(key, Buffer.alloc(0))).toBeNull();
  });

  it('show neither themselves nor how long they are', () => {
    const sealed = seal.seal(key, passwords);
    expect(sealed.includes('infected')).toBe(false);
    expect(sealed.length).toBe(seal.seal(key, ['x']).length);
    expect(sealed.equals(seal.seal(key, passwords))).toBe(false);
  });

  it('stay within the bound also at their largest', () => {
    const largest = Array.from({ length: 20 }, () => '\u0001'.repeat(256));
    expect(seal.seal(key, largest).length).toBeLessThan(maxSealedBytes);
  });

  it('have one mark for the same ones in any order, and another for others', () => {
    expect(seal.mark(['a', 'b', 'a'])).toBe(seal.mark(['b', 'a']));
    expect(seal.mark(['a', 'b'])).not.toBe(seal.mark(['ab']));
    expect(seal.mark(['a'])).not.toBe(new PasswordSeal('t'.repeat(32)).mark(['a']));
    expect(seal.mark(['a'])).toMatch(/^[0-9a-f]{32}$/);
  });
});
