import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type PlainEntry, type PlainZip, buildPlainZip } from '../../testing/build-plain-zip.js';
import { isPlainZip } from './plainly-zipped.js';

const isPlain = (bytes: Buffer): boolean => isPlainZip(bytes, () => undefined);
const text = Buffer.from('some text that shrinks, that shrinks, that shrinks');
const noise = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 37 + (index >> 3)) & 0xff));
const files: readonly PlainEntry[] = [
  { name: 'a.txt', bytes: text },
  { name: 'b.bin', bytes: noise, isStored: true },
  { name: 'c.txt', bytes: text, hasDescriptor: true },
];
const plain = (): PlainZip => buildPlainZip(files);
const one = (changes: Partial<PlainEntry>): Buffer =>
  buildPlainZip([{ name: 'a.txt', bytes: text, ...changes }]).bytes;

/** A zip with one number changed; the zip is remade when lengths are. */
const changed = (change: (bytes: Buffer, zip: PlainZip) => void) => (): Buffer => {
  const zip = plain();
  change(zip.bytes, zip);
  return zip.bytes;
};
const [first, second, third] = [0, 1, 2];
const field = (where: 'local' | 'directory', index: number, at: number, value: number, width = 2) =>
  changed((bytes, zip) => bytes.writeUIntLE(value, (zip.entries[index]?.[where] ?? 0) + at, width));
const end = (at: number, value: number, width = 2) =>
  changed((bytes, zip) => bytes.writeUIntLE(value, zip.end + at, width));
const extra = (id: number, ...data: number[]): Buffer =>
  Buffer.from([id & 0xff, id >> 8, data.length, 0, ...data]);

/** Bytes put in at a place, with all that points behind it moved. */
function inserted(at: number, more: Buffer): Buffer {
  const { bytes, entries, end } = plain();
  for (const entry of entries)
    if (entry.local >= at) bytes.writeUInt32LE(entry.local + more.length, entry.directory + 42);
  const start = bytes.readUInt32LE(end + 16);
  if (start >= at) bytes.writeUInt32LE(start + more.length, end + 16);
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
}

/** The packed bytes of the first entry exchanged; sizes are those of the new ones. */
function repacked(packed: Buffer, sizeBytes = text.length): Buffer {
  const placeholder = Buffer.alloc(packed.length, 1);
  const zip = buildPlainZip([{ name: 'a.txt', bytes: placeholder, isStored: true }]);
  const right = buildPlainZip([{ name: 'a.txt', bytes: text }]);
  packed.copy(zip.bytes, zip.entries[0]?.data);
  for (const [where, shift] of [
    ['local', 0],
    ['directory', 2],
  ] as const) {
    const at = (zip.entries[0]?.[where] ?? 0) + shift;
    zip.bytes.writeUInt16LE(8, at + 8);
    right.bytes.copy(zip.bytes, at + 14, 14, 18);
    zip.bytes.writeUInt32LE(sizeBytes, at + 22);
  }
  return zip.bytes;
}

describe('isPlainZip', () => {
  it.each<[string, Buffer]>([
    ['of three files', plain().bytes],
    ['of one', one({})],
    ['stored', one({ isStored: true })],
    ['with sizes behind the data', one({ hasDescriptor: true })],
    ['with a name in UTF-8', one({ name: 'größe.txt', flags: 0x800 })],
    ['packed as well as can be', one({ level: 9, flags: 0x2 })],
    ['packed as fast as can be', one({ level: 1, flags: 0x6 })],
    ['packed in stored blocks', one({ level: 0 })],
    ['with times', one({ localExtra: extra(0x5455, 3, 1, 2, 3, 4), directoryExtra: extra(0x5455, 3) })],
    ['of a JAR', one({ directoryExtra: extra(0xcafe), localExtra: extra(0xcafe), version: 10 })],
    [
      'with a folder',
      buildPlainZip([{ name: 'a/', bytes: Buffer.alloc(0), isStored: true }, ...files]).bytes,
    ],
    ['with an empty file', buildPlainZip([{ name: 'e', bytes: Buffer.alloc(0) }, ...files]).bytes],
    ['of as many files as may be', many(256)],
    ['exchanged for itself, as below', repacked(deflateRawSync(text))],
    ['with nothing put in, as below', inserted(0, Buffer.alloc(0))],
  ])('takes a zip %s', (_, bytes) => {
    expect(isPlain(bytes)).toBe(true);
  });

  it.each<[string, () => Buffer]>([
    ['nothing in it', () => buildPlainZip([]).bytes],
    ['more files than were tried', () => many(257)],
    ['bytes before it', () => Buffer.concat([Buffer.from('MZ'), plain().bytes])],
    ['bytes before it that offsets count', () => inserted(0, Buffer.from('before'))],
    ['bytes behind it', () => Buffer.concat([plain().bytes, Buffer.from([0])])],
    ['a comment', () => Buffer.concat([end(20, 3)(), Buffer.from('abc')])],
    ['a comment that is not there', end(20, 1)],
    ['its end missing', () => plain().bytes.subarray(0, -1)],
    ['two ends', () => Buffer.concat([plain().bytes, plain().bytes.subarray(plain().end)])],
    ['another disk', end(4, 1)],
    ['its directory on another disk', end(6, 1)],
    ['fewer entries on this disk', end(8, 2)],
    ['fewer entries in all', end(10, 2)],
    ['fewer entries, said twice', changed((bytes, zip) => bytes.writeUInt32LE(0x00020002, zip.end + 8))],
    ['more entries, said twice', changed((bytes, zip) => bytes.writeUInt32LE(0x00040004, zip.end + 8))],
    ['a directory that is said to be longer', changed((bytes, zip) => add(bytes, zip.end + 12, 1))],
    ['a directory that is said to stand further on', changed((bytes, zip) => add(bytes, zip.end + 16, 1))],
    [
      'a gap before its directory',
      () => inserted(plain().entries[first]?.directory ?? 0, Buffer.from('gap')),
    ],
    ['a gap between entries', () => inserted(plain().entries[second]?.local ?? 0, Buffer.from('gap'))],
    ['a gap before its end', () => inserted(plain().end, Buffer.from('gap'))],
    ['a gap before its end that its size counts', () => widened()],
    ['an entry that another points to', field('directory', second, 42, 0, 4)],
    ['an entry that no one lists', () => unlisted()],
    ['its directory in another order', () => reordered()],
    ['no header where it is said', field('local', second, 0, 0)],
    ['another version in the header', field('local', first, 4, 10)],
    ['a newer version', () => one({ version: 45 })],
    ['another method in the header', field('local', first, 8, 0)],
    ['another method in the directory', field('directory', first, 10, 0)],
    ['a method that is not plain', () => both(10, 8, 9)],
    ['other flags in the header', field('local', first, 6, 0x2)],
    ['the flag of sealed data', () => one({ flags: 0x1 })],
    ['the flag of sealed headers', () => one({ flags: 0x2000 })],
    ['the flag of patches', () => one({ flags: 0x20 })],
    ['the flag of strong encryption', () => one({ flags: 0x40 })],
    ['another time in the header', field('local', first, 10, 1)],
    ['another checksum in the header', field('local', first, 14, 1, 4)],
    ['another checksum in the directory', field('directory', first, 16, 1, 4)],
    ['a wrong checksum, said twice', () => both(16, 14, 1, 4)],
    ['no checksum in the header', field('local', first, 14, 0, 4)],
    [
      'no sizes in the header, which none follow',
      changed((bytes, zip) =>
        bytes.fill(0, (zip.entries[first]?.local ?? 0) + 14, (zip.entries[first]?.local ?? 0) + 26),
      ),
    ],
    ['another size in the header', field('local', first, 22, 1, 4)],
    ['another packed size in the header', field('local', first, 18, 1, 4)],
    ['another size, said twice', () => both(24, 22, text.length - 1, 4)],
    ['the size of zip64', () => both(24, 22, 0xffffffff, 4)],
    [
      'stored data of two sizes',
      changed((bytes, zip) => {
        const { local = 0, directory = 0 } = zip.entries[second] ?? {};
        bytes.writeUInt32LE(401, local + 22);
        bytes.writeUInt32LE(401, directory + 24);
      }),
    ],
    [
      'another name in the header',
      changed((bytes, zip) => bytes.write('A', (zip.entries[first]?.local ?? 0) + 30)),
    ],
    ['a shorter name in the header', field('local', first, 26, 4)],
    ['an empty name', () => one({ name: '' })],
    ['a NUL in a name', () => one({ name: 'a.txt\0.exe' })],
    ['a line break in a name', () => one({ name: 'a\n.txt' })],
    [
      'a name in no UTF-8',
      changed((bytes, zip) => {
        for (const at of [(zip.entries[first]?.local ?? 0) + 30, (zip.entries[first]?.directory ?? 0) + 46])
          bytes[at] = 0xff;
      }),
    ],
    ['a name of 201 bytes', () => one({ name: 'a'.repeat(201) })],
    ['one name twice', () => buildPlainZip([...files, { name: 'a.txt', bytes: noise }]).bytes],
    [
      'one name twice but for capitals',
      () => buildPlainZip([...files, { name: 'A.TXT', bytes: noise }]).bytes,
    ],
    ['a folder with data', () => one({ name: 'a/' })],
    ['an extra field of zip64', () => one({ localExtra: extra(0x0001, 0, 0, 0, 0, 0, 0, 0, 0) })],
    ['an extra field of AES', () => one({ directoryExtra: extra(0x9901, 2, 0, 65, 69, 3, 8, 0) })],
    ['an extra field with another name', () => one({ localExtra: extra(0x7075, 1, 0, 0, 0, 0, 98) })],
    ['an extra field that is cut', () => one({ localExtra: extra(0x5455, 1, 2, 3).subarray(0, 5) })],
    ['an extra field that is longer than it says', () => one({ directoryExtra: Buffer.from([0x55]) })],
    ['a comment on an entry', field('directory', third, 32, 1)],
    ['an entry on another disk', field('directory', first, 34, 1)],
    ['sizes behind stored data', () => one({ isStored: true, hasDescriptor: true })],
    ['sizes behind the data without their mark', () => unmarked()],
    ['another checksum behind the data', changed((bytes, zip) => add(bytes, descriptorOf(zip) + 4, 1))],
    ['another packed size behind the data', changed((bytes, zip) => add(bytes, descriptorOf(zip) + 8, 1))],
    ['another size behind the data', changed((bytes, zip) => add(bytes, descriptorOf(zip) + 12, 1))],
    ['sizes in the header that are not all zeros', field('local', third, 14, 1, 4)],
    ['more in it than its size lets expect', () => one({ bytes: Buffer.alloc(2 * 1024 * 1024, 'x') })],
    [
      'a deflated stream that ends too early',
      () => repacked(Buffer.concat([deflateRawSync(text), Buffer.from('x')])),
    ],
    ['a deflated stream that is cut', () => repacked(deflateRawSync(text).subarray(0, -1))],
    ['a deflated stream that is broken', () => repacked(Buffer.from('nothing of the kind'))],
    ['a deflated stream of more than is said', () => repacked(deflateRawSync(Buffer.concat([text, text])))],
    ['a zip within, stored', () => one({ bytes: plain().bytes, isStored: true })],
    ['a header in stored data', () => one({ bytes: Buffer.from('abcPK\x03\x04def'), isStored: true })],
    ['a directory in stored data', () => one({ bytes: Buffer.from('abcPK\x01\x02def'), isStored: true })],
    ['an end in stored data', () => one({ bytes: Buffer.from('abcPK\x05\x06def'), isStored: true })],
    ['an end of zip64 in stored data', () => one({ bytes: Buffer.from('abcPK\x06\x06def'), isStored: true })],
    [
      'a mark of a volume in stored data',
      () => one({ bytes: Buffer.from('abcPK\x07\x08def'), isStored: true }),
    ],
    [
      'the mark of a tar near its beginning',
      () => one({ bytes: Buffer.from(`${'x'.repeat(222)}ustar`), isStored: true }),
    ],
    ['the mark of a tar in a name', () => one({ name: 'ustar.txt' })],
    [
      'the mark of a disk near its beginning',
      () => one({ bytes: Buffer.from(`${'x'.repeat(477)}EFI PART`), isStored: true }),
    ],
  ])('does not take a zip with %s', (_, make) => {
    expect(isPlain(make())).toBe(false);
  });

  it('takes no zip with a byte changed or cut out that any record or checksum knows of', () => {
    const { bytes, entries } = plain();
    const [last] = entries.slice(-1);
    const untold = new Set<number>();
    // Who made it and what it was on a disk: attributes say nothing of the content.
    for (const { directory } of entries)
      for (const at of [4, 5, 36, 37, 38, 39, 40, 41]) untold.add(directory + at);
    expect(last).toBeDefined();
    for (let at = 0; at < bytes.length; at += 1) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ 0x01;
      expect([at, isPlain(other)]).toEqual([at, untold.has(at)]);
      expect([at, isPlain(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]))]).toEqual([
        at,
        false,
      ]);
    }
  });
});

const add = (bytes: Buffer, at: number, more: number): number =>
  bytes.writeUInt32LE(bytes.readUInt32LE(at) + more, at);
const descriptorOf = ({ entries }: PlainZip): number =>
  (entries[third]?.data ?? 0) + (entries[third]?.packedBytes ?? 0);

/** The same number in the directory's and the header's field of the first entry. */
function both(directoryAt: number, localAt: number, value: number, width = 2): Buffer {
  const zip = plain();
  zip.bytes.writeUIntLE(value, (zip.entries[first]?.directory ?? 0) + directoryAt, width);
  zip.bytes.writeUIntLE(value, (zip.entries[first]?.local ?? 0) + localAt, width);
  return zip.bytes;
}

function many(count: number): Buffer {
  return buildPlainZip(
    Array.from({ length: count }, (_, index) => ({ name: `${index}`, bytes: Buffer.from(`file ${index}`) })),
  ).bytes;
}

/** All but the last in the directory. */
function unlisted(): Buffer {
  const zip = plain();
  const { directory = 0 } = zip.entries[third] ?? {};
  const [head, tail] = [zip.bytes.subarray(0, directory), zip.bytes.subarray(zip.end)];
  tail.writeUInt32LE(0x00020002, 8);
  tail.writeUInt32LE(directory - tail.readUInt32LE(16), 12);
  return Buffer.concat([head, tail]);
}

/** Its directory's size reaches over something that is no entry. */
function widened(): Buffer {
  const bytes = inserted(plain().end, Buffer.from('gap'));
  add(bytes, bytes.length - 22 + 12, 3);
  return bytes;
}

function reordered(): Buffer {
  const { bytes, entries, end } = plain();
  const [a = 0, b = 0, c = 0] = entries.map(({ directory }) => directory);
  return Buffer.concat([
    bytes.subarray(0, a),
    bytes.subarray(b, c),
    bytes.subarray(a, b),
    bytes.subarray(c, end),
    bytes.subarray(end),
  ]);
}

/** As some programs write it: without the four bytes, which were not in the format at first. */
function unmarked(): Buffer {
  const zip = plain();
  const at = descriptorOf(zip);
  const start = zip.bytes.readUInt32LE(zip.end + 16);
  zip.bytes.writeUInt32LE(start - 4, zip.end + 16);
  return Buffer.concat([zip.bytes.subarray(0, at), zip.bytes.subarray(at + 4)]);
}
