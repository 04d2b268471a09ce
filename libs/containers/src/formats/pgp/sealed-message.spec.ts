import { describe, expect, it } from 'vitest';
import { isSealedMessage } from './sealed-message.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const sealed = 'd2 30 01 00112233';
/** Version 3, a key's number, a kind, then a number of so many bits. */
const keyPacket = (kind: string): string => `84 10 03 0011223344556677 ${kind} 0020 11223344`;

describe('isSealedMessage', () => {
  it.each([
    ['a password', `8c 0d 04 09 03 08 0011223344556677 ff ${sealed}`],
    ['a password, in a packet of the new format', `c3 0d 04 09 03 08 0011223344556677 ff ${sealed}`],
    ['a key of an elliptic curve', `${keyPacket('12')} ${sealed}`],
    ['two keys and a password', `${keyPacket('01')}${keyPacket('12')} 8c 04 04 09 00 08 ${sealed}`],
    ['a password, and data without a checksum', '8c 04 04 09 00 08 c9 20 0011'],
    ['a key of RSA with 2,048 bits, whatever follows', `85 010c 03 ${'5a'.repeat(16)}`],
    ['a password, and data in pieces', '8c 04 04 09 00 08 d2 ed 01 0011'],
  ])('knows %s', (_, packets) => expect(isSealedMessage(hex(packets))).toBe(true));

  it.each([
    ['nothing', ''],
    ['data without a key', sealed],
    ['a password without data', '8c 04 04 09 00 08'],
    ['a password that is no packet of one', `8c 04 04 ff 00 08 ${sealed}`],
    ['keys alone', '99 0020 04 00112233 01'],
    ['text in another charset', 'd2e5eaf1f2'],
  ])('does not take %s for one', (_, packets) => expect(isSealedMessage(hex(packets))).toBe(false));
});
