import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { makeQrCode } from './make-qr-code.js';

const longest = 213;
const hashOf = (text: string) =>
  createHash('sha256')
    .update((makeQrCode(text) ?? []).map((row) => row.map(Number).join('')).join('\n'))
    .digest('hex');

describe('a QR code', () => {
  // Every length from 1 to 213 was read back by a decoder of its own when these were written down.
  it.each([
    [
      'of a second factor',
      'otpauth://totp/Sluice%3Aadmin?secret=JBSWY3DPEHPK3PXP&issuer=Sluice',
      '5ecb119c67f05ac15ffc981d1ce72b170a2b1560c101d6c3ed7a67b5790092f4',
    ],
    [
      'with version bits and blocks of two lengths',
      'x'.repeat(longest),
      'e4c0d72530aee815103c5220b063d41dfd9702aeb19170d939c13551e22aff39',
    ],
  ])('%s is drawn as it was when a decoder read it', (_what, text, hash) => {
    expect(hashOf(text)).toBe(hash);
  });

  it('grows with the text, and is none when the text is too long', () => {
    expect([14, 15, longest, longest + 1].map((length) => makeQrCode('x'.repeat(length))?.length)).toEqual([
      21,
      25,
      57,
      undefined,
    ]);
  });
});
