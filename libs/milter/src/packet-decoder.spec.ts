import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { PacketDecoder, encodePacket } from './packet-decoder.js';

const letters = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'H', 'K', 'L', 'M', 'N', 'O', 'Q', 'R', 'T', 'U');

describe('PacketDecoder', () => {
  it('finds the same packets however the stream is cut', () => {
    const packets = fc.array(fc.tuple(letters, fc.uint8Array({ maxLength: 40 })), { maxLength: 20 });
    const property = fc.property(packets, fc.array(fc.integer({ min: 1, max: 30 })), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(([letter, data]) => encodePacket(letter, Buffer.from(data))));
      const decoder = new PacketDecoder(64);
      const found: string[] = [];
      let at = 0;
      for (const size of [...cuts, stream.length + 1]) {
        for (const { data } of decoder.push(stream.subarray(at, at + size))) found.push(data.toString('hex'));
        at += size;
      }
      expect(found).toEqual(sent.map(([, data]) => Buffer.from(data).toString('hex')));
    });
    fc.assert(property);
  });
  it('refuses a packet by its length, before its bytes', () => {
    const [...some] = new PacketDecoder(10).push(Buffer.from([0, 0, 0, 10]));
    expect(some).toEqual([]);
    expect(() => [...new PacketDecoder(10).push(Buffer.from([0, 0, 0, 11]))]).toThrow(
      expect.objectContaining({ code: 'oversized-packet' }),
    );
  });
  it.each([
    [Buffer.from([0, 0, 0, 0]), 'malformed-packet'],
    [encodePacket('x'), 'unknown-command'],
  ])('refuses what is no packet (%#)', (bytes, code) => {
    expect(() => [...new PacketDecoder(10).push(bytes)]).toThrow(expect.objectContaining({ code }));
  });
});
