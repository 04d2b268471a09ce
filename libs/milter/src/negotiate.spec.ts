import { describe, expect, it } from 'vitest';
import { negotiate, type Wishes } from './negotiate.js';

const wishes: Wishes = { actions: ['add-headers', 'quarantine'], steps: 0x1f_ffff, macros: {} };

function offer(version: number, actions: number, steps: number, more = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc(12);
  [version, actions, steps].forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return Buffer.concat([bytes, more]);
}
const numbers = (answer: Buffer): number[] => [0, 4, 8].map((at) => answer.readUInt32BE(at));

describe('negotiate', () => {
  it.each([
    [2, 2, 0x7f],
    [3, 3, 0x1ff],
    [4, 4, 0x3ff],
    [5, 5, 0x3ff],
    [6, 6, 0x1f_ffff],
    [7, 6, 0x1f_ffff],
  ])('answers version %i with %i and its steps at the most', (offered, version, steps) => {
    const { answer } = negotiate(offer(offered, 0x1ff, 0xffff_ffff), wishes);
    expect(numbers(answer)).toEqual([version, 0x21, steps]);
  });
  it('takes no more actions and steps than the MTA has', () => {
    const { answer, actions } = negotiate(offer(6, 0x01, 0x10_0400), wishes);
    expect(numbers(answer)).toEqual([6, 0x01, 0x10_0400]);
    expect([...actions]).toEqual(['add-headers']);
  });
  it('never echoes the sizes that Sendmail and libmilter agree on between themselves', () => {
    const { answer } = negotiate(offer(6, 0x1ff, 0x701f_ffff), { ...wishes, steps: 0x7fff_ffff });
    expect(numbers(answer)[2]).toBe(0x1f_ffff);
  });
  it('takes a longer offer', () => {
    const { answer } = negotiate(offer(6, 0x1ff, 0x1f_ffff, Buffer.from('more')), wishes);
    expect(answer).toHaveLength(12);
  });
  it('names the macros it wants, by the numbers of their stages', () => {
    const lists = { mail: ['auth_authen'], 'end-of-message': ['i', 'auth_authen'] };
    const { answer } = negotiate(offer(6, 0x1ff, 0), { ...wishes, macros: lists });
    expect(numbers(answer)[1]).toBe(0x121);
    expect(answer.subarray(12).toString('latin1')).toBe(
      '\0\0\0\x02{auth_authen}\0\0\0\0\x05i {auth_authen}\0',
    );
  });
  it.each([
    [6, 0x0ff],
    [4, 0x1ff],
  ])('names none to an MTA of version %i with actions %i, which would not read them', (version, actions) => {
    const { answer } = negotiate(offer(version, actions, 0), { ...wishes, macros: { mail: ['i'] } });
    expect(answer).toHaveLength(12);
    expect(numbers(answer)[1]).toBe(0x21);
  });
  it.each([
    [offer(1, 0, 0), 'unsupported-version'],
    [offer(6, 0, 0).subarray(0, 11), 'malformed-packet'],
  ])('ends a negotiation that cannot be had (%#)', (bytes, code) => {
    expect(() => negotiate(bytes, wishes)).toThrow(expect.objectContaining({ code }));
  });
});
