import { describe, expect, it } from '@jest/globals';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { propertyListDetection } from './detect-property-list.js';
import { openPropertyList } from './open-property-list.js';

const needle = Buffer.from('a needle in a haystack, as long as a file has to be');

/** An array of these values, each of bytes with its length in one byte. */
function list(values: readonly Buffer[]): Buffer {
  const objects = [
    Buffer.from([0xa0 | values.length, ...values.map((_, at) => at + 1)]),
    ...values.map((value) => Buffer.concat([Buffer.from([0x4f, 0x10, value.length]), value])),
  ];
  const offsets = objects.map((_, at) => 8 + Buffer.concat(objects.slice(0, at)).length);
  const body = Buffer.concat([Buffer.from('bplist00'), ...objects]);
  const trailer = Buffer.alloc(32);
  trailer[6] = trailer[7] = 1;
  trailer.writeBigUInt64BE(BigInt(objects.length), 8);
  trailer.writeBigUInt64BE(BigInt(body.length), 24);
  return Buffer.concat([body, Buffer.from(offsets), trailer]);
}

describe('openPropertyList', () => {
  it('gives values of bytes, and not the short ones', async () => {
    const bytes = list([needle, Buffer.alloc(20)]);
    expect(propertyListDetection.detect(bytes)).toMatchObject({ isCertain: true });
    const { parts, unexamined } = await openAll(openPropertyList, bytes);
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle.toString()]);
    expect(unexamined).toEqual([]);
    expect((await openAll(openPropertyList, list([]))).isEmpty).toBe(true);
  });

  it('says that it is cut, and ends whatever is done to it', async () => {
    const bytes = list([needle]);
    expect((await openAll(openPropertyList, bytes.subarray(0, -9))).unexamined).toMatchObject([
      { reason: 'damaged' },
    ]);
    const random = randomFrom(8);
    for (let count = 0; count < 300; count += 1) await openAll(openPropertyList, mutate(bytes, random));
  });
});
