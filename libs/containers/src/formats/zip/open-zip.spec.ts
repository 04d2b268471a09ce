import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildTar, buildZip } from '../../testing/build-containers.js';
import { type WalkOptions, walkObject } from '../../walk-object.js';

const needle = Buffer.from('a needle in a haystack');
const hay = Buffer.from('hay and nothing else');

async function walk(bytes: Buffer, options: Partial<WalkOptions> = {}) {
  const found: string[] = [];
  const report = await walkObject(bytes, {
    objectType: 'file',
    timeLimitMs: 120_000,
    ...options,
    onPart: (part) => {
      if (part.bytes.equals(needle)) found.push(part.path.join(' > '));
    },
  });
  return { ...report, found };
}

interface Fields {
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly packedBytes?: number;
  readonly bytes?: number;
}

function fields(name: string, content: Buffer, packed: Buffer, given: Fields): Buffer {
  const out = Buffer.alloc(26);
  out.writeUInt16LE(20, 0);
  out.writeUInt16LE(given.flags ?? 0, 2);
  out.writeUInt16LE(given.method ?? (packed === content ? 0 : 8), 4);
  out.writeUInt32LE(given.crc ?? crc32(content), 10);
  out.writeUInt32LE(given.packedBytes ?? packed.length, 14);
  out.writeUInt32LE(given.bytes ?? content.length, 18);
  out.writeUInt16LE(name.length, 22);
  return out;
}

const local = (name: string, content: Buffer, given: Fields = {}, packed = content): Buffer =>
  Buffer.concat([Buffer.from('PK\x03\x04'), fields(name, content, packed, given), Buffer.from(name), packed]);

function entry(name: string, content: Buffer, offset: number, given: Fields = {}, packed = content): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0'),
    fields(name, content, packed, given),
    rest,
    Buffer.from(name),
  ]);
}

function end(
  count: number,
  directoryBytes: number,
  offset: number,
  comment: Buffer = Buffer.alloc(0),
): Buffer {
  const out = Buffer.alloc(22);
  out.write('PK\x05\x06');
  out.writeUInt16LE(count, 8);
  out.writeUInt16LE(count, 10);
  out.writeUInt32LE(directoryBytes, 12);
  out.writeUInt32LE(offset, 16);
  out.writeUInt16LE(comment.length, 20);
  return Buffer.concat([out, comment]);
}

/** One deflated entry whose headers may say different things. */
function one(name: string, inLocal: Fields, inDirectory: Fields, behind: Buffer = Buffer.alloc(0)): Buffer {
  const packed = deflateRawSync(needle);
  const head = Buffer.concat([local(name, needle, inLocal, packed), behind]);
  const directory = entry(name, needle, 0, inDirectory, packed);
  return Buffer.concat([head, directory, end(1, directory.length, head.length)]);
}

function hidden(): Buffer {
  const [shown, kept] = [local('a.txt', hay), local('b.txt', needle)];
  const directory = entry('a.txt', hay, 0);
  return Buffer.concat([shown, kept, directory, end(1, directory.length, shown.length + kept.length)]);
}

/** Two directories for the same name; which one counts depends on the reader. */
function twoDirectories(isLast: boolean): Buffer {
  const [first, second] = isLast ? [hay, needle] : [needle, hay];
  const [a, b] = [local('x', first), local('x', second)];
  const [one_, two] = [entry('x', first, 0), entry('x', second, a.length)];
  const start = a.length + b.length;
  const [endOne, endTwo] = [end(1, one_.length, start), end(1, two.length, start + one_.length + 22)];
  return Buffer.concat([a, b, one_, endOne, two, endTwo]);
}

/** Stored data that is itself an entry only the directory points at. */
function pointsInside(): Buffer {
  const inner = local('b.txt', needle);
  const outer = local('a.txt', inner);
  const directory = entry('b.txt', needle, 35);
  return Buffer.concat([outer, directory, end(1, directory.length, outer.length)]);
}

const descriptor = Buffer.alloc(16);
descriptor.write('PK\x07\x08', 'latin1');
descriptor.writeUInt32LE(crc32(needle), 4);
descriptor.writeUInt32LE(deflateRawSync(needle).length, 8);
descriptor.writeUInt32LE(needle.length, 12);
const unsaid = { flags: 8, crc: 0, packedBytes: 0, bytes: 0 };
const plain = buildZip([{ name: 'n', bytes: needle }]);
const clean = buildZip([{ name: 'h', bytes: hay }]);
const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(3000, 'program ')]);

describe('openZip', () => {
  it.each([
    ['sizes behind the data', one('n', unsaid, { flags: 8 }, descriptor)],
    ['sizes behind the data, unsigned', one('n', unsaid, { flags: 8 }, descriptor.subarray(4))],
    ['sizes behind the data, and none in the directory', one('n', unsaid, unsaid, descriptor)],
    ['no sizes in the local header', one('n', { crc: 0, packedBytes: 0, bytes: 0 }, {})],
    ['huge sizes in the local header', one('n', { packedBytes: 0x7fffffff, bytes: 0x7fffffff }, {})],
    ['no size in the directory', one('n', { bytes: 0 }, { bytes: 0 })],
    ['a method only the directory knows', one('n', { method: 0 }, {})],
    ['a method only the local header knows', one('n', {}, { method: 0 })],
    ['a flag that says encrypted, and is not', one('n', { flags: 1 }, { flags: 1 })],
    ['a name like a folder', one('n/', {}, {})],
    ['no name', one('', {}, {})],
    ['an entry the directory does not list', hidden()],
    ['the last of two directories', twoDirectories(true)],
    ['the first of two directories', twoDirectories(false)],
    ['a zip behind a zip', Buffer.concat([clean, plain])],
    ['a zip before a zip', Buffer.concat([plain, clean])],
    [
      'a comment with an end record',
      Buffer.concat([plain.subarray(0, -2), Buffer.from([22, 0]), end(0, 0, 0)]),
    ],
    ['a program in front', Buffer.concat([program, plain])],
    ['a text in front, and much behind', Buffer.concat([hay, plain, Buffer.alloc(200_000, 1)])],
    ['a tar in front', Buffer.concat([buildTar([{ name: 'h', bytes: hay }]), plain])],
    ['a directory that points into an entry', pointsInside()],
    ['a first signature broken', Buffer.concat([Buffer.from('XX'), plain.subarray(2)])],
    [
      'zip inside a zip inside a tar',
      buildTar([{ name: 'z', bytes: buildZip([{ name: 'z', bytes: plain }]) }]),
    ],
  ])('opens what any reader shows, and holds nothing: %s', async (_name, bytes) => {
    const { found, unexamined } = await walk(bytes);
    expect(found).not.toEqual([]);
    expect(unexamined).toEqual([]);
  });

  it.each([
    ['a wrong checksum', one('n', { crc: 1 }, { crc: 1 })],
    ['no directory', local('n', needle)],
    ['a directory cut off', plain.subarray(0, plain.length - 30)],
  ])('gives the file and says damaged: %s', async (_name, bytes) => {
    const { found, unexamined } = await walk(bytes);
    expect(found).not.toEqual([]);
    expect(unexamined.map(({ reason }) => reason)).toContain('damaged');
  });

  it('says what it cannot unpack, and ambiguous when only one of two headers names such a method', async () => {
    expect((await walk(one('n', { method: 77 }, { method: 77 }))).unexamined).toEqual([
      expect.objectContaining({ reason: 'unsupported', path: ['n'] }),
    ]);
    const either = await walk(one('n', { method: 77 }, {}));
    expect(either.found).toEqual(['n']);
    expect(either.unexamined).toEqual([expect.objectContaining({ reason: 'ambiguous', path: ['n'] })]);
  });

  it('says that an entry stands in another volume', async () => {
    const directory = entry('n', needle, 5_000_000);
    const last = end(1, directory.length, 9_000_000);
    last.writeUInt16LE(2, 4);
    expect((await walk(Buffer.concat([directory, last]))).unexamined).toEqual([
      expect.objectContaining({ reason: 'unsupported', path: ['n'] }),
    ]);
  });

  it('gives what stands between and behind its records as parts', async () => {
    const behind = Buffer.concat([clean, buildTar([{ name: 'n', bytes: needle }])]);
    expect(await walk(behind)).toMatchObject({
      unexamined: [],
      found: [expect.stringMatching(/^bytes from \d+ > n$/)],
    });
  });

  it('unpacks entries that share their bytes once', async () => {
    const packed = deflateRawSync(Buffer.alloc(4_000_000));
    const zeros = { crc: 0x1234, bytes: 4_000_000 };
    const head = local('z', needle, zeros, packed);
    const directory = Buffer.concat(
      Array.from({ length: 2000 }, (_, n) => entry(`z${n}`, needle, 0, zeros, packed)),
    );
    const bomb = Buffer.concat([head, directory, end(2000, directory.length, head.length)]);
    const { partCount } = await walk(bomb);
    expect(partCount).toBe(2);
  });

  it.each([0, 2])(
    'takes a directory that was read to its end as whole, though it says %d entries',
    async (count) => {
      const head = local('n', needle);
      const directory = entry('n', needle, 0);
      const zip = Buffer.concat([head, directory, end(count, directory.length, head.length)]);
      expect(await walk(zip)).toMatchObject({ found: ['n'], unexamined: [] });
    },
  );

  it('sees an entry whose header four bytes in front make part of an end record', async () => {
    const stored = local('a', Buffer.concat([hay, Buffer.from('PK\x05\x06')]));
    const { found, unexamined } = await walk(Buffer.concat([stored, local('n', needle)]));
    expect(found).toEqual(['n']);
    expect(unexamined).toMatchObject([{ reason: 'damaged', path: [] }]);
  });

  it('sees an entry between the end record of zip64 and its locator', async () => {
    const head = local('a', hay);
    const directory = entry('a', hay, 0);
    const end64 = Buffer.alloc(56);
    end64.write('PK\x06\x06');
    end64.writeBigUInt64LE(44n, 4);
    for (const [at, value] of [
      [24, 1],
      [32, 1],
      [40, directory.length],
      [48, head.length],
    ] as const)
      end64.writeBigUInt64LE(BigInt(value), at);
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07');
    locator.writeBigUInt64LE(BigInt(head.length + directory.length), 8);
    const zip = [head, directory, end64, local('n', needle), locator, end(0xffff, 0xffffffff, 0xffffffff)];
    expect((await walk(Buffer.concat(zip))).found).toEqual(['n']);
  });

  it('asks no end of a zip in an entry whose entries the directory around it lists', async () => {
    const inner = local('n', needle);
    const outer = local('a', inner);
    const directory = entry('n', needle, outer.length - inner.length);
    const zip = Buffer.concat([outer, directory, end(1, directory.length, outer.length)]);
    expect((await walk(zip)).unexamined).toEqual([]);
    // Without that, it misses its end.
    const plain = entry('a', inner, 0);
    const other = Buffer.concat([outer, plain, end(1, plain.length, outer.length)]);
    expect((await walk(other)).unexamined).toMatchObject([{ reason: 'damaged', path: ['a'] }]);
  });

  it('says damaged of a text with a piece of a zip behind it, wherever that ends', async () => {
    const whole = Buffer.concat([hay, one('n', {}, {})]);
    const dataStart = hay.length + 31;
    for (let length = dataStart; length < whole.length; length += 1)
      expect((await walk(whole.subarray(0, length))).unexamined).toContainEqual(
        expect.objectContaining({ reason: 'damaged' }),
      );
  });

  it('says damaged of a zip behind a zip of which no more than a piece of a header is there', async () => {
    const both = Buffer.concat([clean, plain]);
    for (const count of [4, 10, 23, 29])
      expect((await walk(both.subarray(0, clean.length + count))).unexamined).toContainEqual(
        expect.objectContaining({ reason: 'damaged' }),
      );
    expect((await walk(both.subarray(0, clean.length))).unexamined).toEqual([]);
  });

  it('follows a directory whose end is missing to an entry that has lost its mark', async () => {
    const head = local('n', needle);
    head.write('XX');
    const { found, unexamined } = await walk(Buffer.concat([head, entry('n', needle, 0), Buffer.from('PK')]));
    expect(found).toEqual(['n']);
    expect(unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it('leaves programs that only know zips alone', async () => {
    const knows = Buffer.concat([
      program,
      Buffer.from('PK\x03\x04 PK\x01\x02 PK\x05\x06 PK\x07\x08'),
      program,
    ]);
    expect(await walk(knows)).toMatchObject({ unexamined: [], partCount: 1 });
  });
});
