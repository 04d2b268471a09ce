import { describe, expect, it } from 'vitest';
import { openAll } from '../../testing/open-all.js';
import { macBinaryDetection } from './detect-mac-binary.js';
import { openMacBinary } from './open-mac-binary.js';

const needle = 'a needle in a haystack';
/** Made by macutil's layout: the header's checksum, of which the specification gives no example, by Python's binascii.crc_hqx. */
const header = Buffer.alloc(128);
header.write('\u0005a.txt', 1, 'latin1');
header.write('TEXTttxt', 65, 'latin1');
header.writeUInt32BE(needle.length, 83);
header.writeUInt32BE(3, 87);
header[122] = header[123] = 129;
header.writeUInt16BE(0xbbee, 124);
const block = (content: string): Buffer =>
  Buffer.concat([Buffer.from(content), Buffer.alloc(128 - content.length)]);
const file = Buffer.concat([header, block(needle), block('rsc')]);

describe('a MacBinary', () => {
  it('gives both forks, byte for byte', async () => {
    expect(macBinaryDetection.detect(file)).toMatchObject({ isCertain: true });
    const { parts, unexamined } = await openAll(openMacBinary, file);
    expect(parts.map((part) => [part.label, part.bytes.toString()])).toEqual([
      ['data fork', needle],
      ['resource fork', 'rsc'],
    ]);
    expect(unexamined).toEqual([]);
  });
  it('is one by its checksum alone', () => {
    const other = Buffer.from(file);
    other[60] = 1;
    expect(macBinaryDetection.detect(other)).toBeNull();
  });
  it.each([100, 140, 258])('says so when %d bytes are left', async (count) => {
    const cut = file.subarray(0, count);
    if (macBinaryDetection.detect(cut) === null) return expect(count).toBe(100);
    expect((await openAll(openMacBinary, cut)).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });
  it('gives what stands behind it', async () => {
    const { parts } = await openAll(openMacBinary, Buffer.concat([file, Buffer.from('behind '.repeat(50))]));
    expect(parts.at(-1)?.bytes.toString()).toBe('behind '.repeat(50));
  });
});
