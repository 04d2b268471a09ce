import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildMail, buildTar, buildZip } from './testing/build-containers.js';
import { madeArchive } from './testing/made-archives.js';
import { randomFrom } from './testing/mutate.js';
import { needle, needleFile, walk } from './testing/walk-for-needle.js';

/** cpio(5), old binary format: 13 words, the name, the bytes, each padded to two; the last entry is the trailer. */
function binaryCpio(name: string, bytes: Buffer, end: 'little' | 'big'): Buffer {
  const entry = (label: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(26);
    const words = [0o070707, 1, 2, 0o100644, 0, 0, 1, 0, 0, 0, label.length + 1, 0, content.length];
    words.forEach((word, at) =>
      end === 'little' ? head.writeUInt16LE(word, at * 2) : head.writeUInt16BE(word, at * 2),
    );
    const padded = (part: Buffer) => Buffer.concat([part, Buffer.alloc(part.length % 2)]);
    return Buffer.concat([head, padded(Buffer.from(`${label}\0`)), padded(content)]);
  };
  return Buffer.concat([entry(name, bytes), entry('TRAILER!!!', Buffer.alloc(0))]);
}

describe('walkObject, of what it cannot read,', () => {
  it.each(['encrypted zip', 'encrypted 7z', '7z with an encrypted directory'] as const)(
    'says encrypted: %s',
    async (name) => {
      expect((await walk(madeArchive(name))).unexamined).toEqual([
        expect.objectContaining({ reason: 'encrypted' }),
      ]);
      const mailed = await walk(buildMail([{ name: 'x', bytes: madeArchive(name) }]));
      expect(mailed.unexamined[0]).toMatchObject({ reason: 'encrypted' });
      expect(mailed.unexamined[0]?.path[0]).toBe('x');
    },
  );

  it('says that it is more things at once than are opened', async () => {
    const bytes = Buffer.alloc(80_000);
    for (const [at, mark] of [
      [16, 'Compressed ROMFS'],
      [32, 'NXSB\0'],
      [64, '\x7f\x10\xda\xbe'],
      [257, 'ustar'],
      [544, 'BFS1'],
      [1024, 'H+\0\x04'],
      [32_769, 'CD001'],
      [34_817, 'BEA01'],
      [79_488, 'conectix\0\0'],
    ] as const)
      bytes.write(mark, at, 'latin1');
    const { unexamined } = await walk(bytes);
    expect(unexamined).toContainEqual(expect.objectContaining({ reason: 'ambiguous', path: [] }));
    bytes.fill(0, 257, 262);
    expect((await walk(bytes)).unexamined.map(({ reason }) => reason)).not.toContain('ambiguous');
  });

  const zip = buildZip([{ name: 'a', bytes: randomBytes(5000) }, needleFile]);
  const flipped = Buffer.from(zip);
  flipped[1000] = (flipped[1000] ?? 0) ^ 0xff;
  it.each([
    ['a cut zip', zip.subarray(0, 3000)],
    ['a zip with a wrong byte', flipped],
    ['a zip that is none', Buffer.from('PK\x03\x04 and so on', 'latin1')],
    ['a cut tar', buildTar([{ name: 'a', bytes: randomBytes(5000) }]).subarray(0, 3000)],
    ['a cut 7z', madeArchive('7z').subarray(0, 100)],
    ['a cut gzip', gzipSync(randomBytes(5000)).subarray(0, 3000)],
    ['a cut xz', madeArchive('xz').subarray(0, 60)],
    [
      'a cut bzip2 behind a whole one',
      Buffer.concat([madeArchive('bzip2'), madeArchive('bzip2').subarray(0, 40)]),
    ],
    ['zstd', Buffer.concat([Buffer.from('28b52ffd', 'hex'), randomBytes(100)])],
  ])('says damaged for a recognised archive it cannot read to its end: %s', async (_name, bytes) => {
    // Random bytes may also ask for a packing that nothing here knows.
    const reason = expect.stringMatching(/^(damaged|unsupported)$/);
    expect((await walk(bytes)).unexamined).toContainEqual(expect.objectContaining({ reason }));
  });

  it('still shows what could be read of a damaged archive', async () => {
    expect((await walk(flipped)).found).toEqual(['needle.txt']);
  });

  it.each([
    [
      'cpio by chance',
      Buffer.concat([Buffer.from('c771', 'hex'), Buffer.alloc(100_000, 'a text, and no archive')]),
    ],
    [
      'cpio by chance, the other way round',
      Buffer.concat([Buffer.from('71c7', 'hex'), Buffer.alloc(5000, 1)]),
    ],
    ['bzip2 by chance', Buffer.from('BZhello, this is a text')],
    [
      'zip by chance',
      Buffer.concat([randomBytes(500), Buffer.from('PK\x05\x06', 'latin1'), randomBytes(30)]),
    ],
  ])('does not take for an archive what only looks so: %s', async (_name, bytes) => {
    expect(await walk(bytes)).toMatchObject({ unexamined: [], partCount: 1 });
  });

  it.each(['little', 'big'] as const)('opens an old binary cpio, %s end first', async (end) => {
    expect(await walk(binaryCpio('needle.txt', needle, end))).toMatchObject({
      found: ['needle.txt'],
      unexamined: [],
      detectedType: 'application/x-cpio',
    });
    const cut = binaryCpio('needle.txt', needle, end).subarray(0, 45);
    expect((await walk(cut)).unexamined).toContainEqual(expect.objectContaining({ reason: 'damaged' }));
  });

  it('names every reason there is, also of what it counts and does not list', async () => {
    const random = randomFrom(11);
    const cut = Array.from({ length: 120 }, (_, n) => ({
      name: `${n}.gz`,
      bytes: gzipSync(Buffer.from(Array.from({ length: 60 }, () => random() * 256))).subarray(0, 40),
    }));
    const seen = await walk(buildTar([...cut, { name: 'z.zip', bytes: madeArchive('encrypted zip') }]));
    expect(seen.unexaminedTotal).toBe(121);
    expect(new Set(seen.unexamined.map(({ reason }) => reason))).toEqual(new Set(['damaged']));
    expect(seen.unexaminedReasons).toEqual(['damaged', 'encrypted']);
  });
});
