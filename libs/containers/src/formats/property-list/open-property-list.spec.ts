import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { propertyListDetection } from './detect-property-list.js';
import { openPropertyList } from './open-property-list.js';

const needle = Buffer.from('a needle in a haystack, as long as a file has to be');

const inOneByte = (length: number): Buffer => Buffer.from([0x10, length]);

/** An array of these values, each of bytes with its length in front. */
function list(values: readonly Buffer[], lengthOf = inOneByte, offsetSize = 1): Buffer {
  const objects = [
    Buffer.from([0xa0 | values.length, ...values.map((_, at) => at + 1)]),
    ...values.map((value) => Buffer.concat([Buffer.from([0x4f]), lengthOf(value.length), value])),
  ];
  const offsets = objects.map((_, at) => 8 + Buffer.concat(objects.slice(0, at)).length);
  const body = Buffer.concat([Buffer.from('bplist00'), ...objects]);
  const trailer = Buffer.alloc(32);
  trailer[6] = offsetSize;
  trailer[7] = 1;
  trailer.writeBigUInt64BE(BigInt(objects.length), 8);
  trailer.writeBigUInt64BE(BigInt(body.length), 24);
  return Buffer.concat([body, ...offsets.map((at) => padded(at, offsetSize)), trailer]);
}

function padded(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes[size - 1] = value;
  return bytes;
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

  it.each([
    [2, 0x11],
    [4, 0x12],
    [8, 0x13],
    [16, 0x14],
  ])('reads lengths and places of %i bytes', async (size, marker) => {
    const lengthOf = (length: number): Buffer => Buffer.concat([Buffer.from([marker]), padded(length, size)]);
    const { parts, unexamined } = await openAll(openPropertyList, list([needle], lengthOf, size));
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle.toString()]);
    expect(unexamined).toEqual([]);
  });

  it('says that a value is longer than the list, and gives what is there', async () => {
    const longer = (length: number): Buffer => Buffer.from([0x11, 0x20, length]);
    const { parts, unexamined } = await openAll(openPropertyList, list([needle], longer));
    expect(parts[0]?.bytes.subarray(0, needle.length)).toEqual(needle);
    expect(unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it('opens one of more than a million objects', async () => {
    const [small, count] = [list([needle]), 1_000_001];
    const trailer = Buffer.from(small.subarray(-32));
    trailer.writeBigUInt64BE(BigInt(count), 8);
    const many = Buffer.concat([small.subarray(0, -32), Buffer.alloc(count - 2, 8), trailer]);
    const { parts, unexamined } = await openAll(openPropertyList, many, { timeLimitMs: 600_000 });
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle.toString()]);
    expect(unexamined).toEqual([]);
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
