import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { archiveSample } from '../../testing/archive-samples.js';
import { openAll } from '../../testing/open-all.js';
import { loadSevenZip } from '../seven-zip/seven-zip-library.js';
import { openVmdk } from './open-vmdk.js';

const needle = 'a needle in a haystack';
/** Where it lies on the disk. */
const needleAt = 70_000;
const diskBytes = 256 * 1024;
const sectorBytes = 512;

/** A disk of 256 KiB, gzipped, in base64: `qemu-img convert -O vmdk -o subformat=streamOptimized`. */
const packedByQemu =
  'H4sIAAAAAAACA+3Wv0/UUAAH8CqJxiYmDuKgS3Ps5IATNOYG8TAYYzSAsFKvRRp+3OWuEHAizjK7GB0cnRwcTWBx9B9wcFHj4uLC4mDvh4kyOhANn0/TvPZ933t977VDb9fuzA8EQTBQHMHJoGunVwQn+uX5ftnJB/uXF4M/2wZhdDb81YH/xlBUy9orUS1t11tZM2+0bmarabiZttpZY706Et64VauOLY1eLZcrY2EzbqXreadqqS+st9I4T+e2m2m11M6Lm7W7zTxbyx6lSSkMh6KprbzoEiX98YtBw5mF6PLIaDR77/rM7FRU9BreXEtWuq3nltP+fOI8jibjdhoO1WqTYZgkD4Y3s1a+Ea9OL8z3ZhdVo1Kl1I0epo21NG9tD9e3V7P1pMg7YflQuJzGSTcYGT+UtNN6sfRuNj7Wy+IkbuZpq7OyTnWWpL36vNFYbf82g9GRykTlyth4ZaIU+pwAAAAAAAAAAAA4IhdswbG3YwsA4Fi5ZAv8/9kCAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAOAI7fTLjeLcevbt/eszO+Vzwd6T76+qX/YXp1/ufrj2eHexPbH/5lTRYu/p6Pz9F4P1qXfPD7Y/b/54e/Lvn7x1EHz9dPqjVwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPBP+AkBuK/EAAACAA==';

beforeAll(() => loadSevenZip(), 60_000);

/** The same, with some numbers changed. */
function packed(change: (disk: Buffer) => void = () => undefined): Buffer {
  const disk = gunzipSync(Buffer.from(packedByQemu, 'base64'));
  change(disk);
  return disk;
}

/** The word of the second grain in the first table, which names its sector. */
function secondGrainWord(disk: Buffer): number {
  const directoryAt = Number(disk.readBigUInt64LE(56)) * sectorBytes;
  return disk.readUInt32LE(directoryAt) * sectorBytes + 4;
}

describe('a packed virtual disk', () => {
  it('is unpacked to the disk it is, pieces that were never written and all', async () => {
    const { parts, unexamined } = await openAll(openVmdk, packed());
    expect(unexamined).toEqual([]);
    expect(parts).toHaveLength(1);
    const [disk] = parts;
    expect(disk?.bytes).toHaveLength(diskBytes);
    expect(disk?.bytes.indexOf(needle)).toBe(needleAt);
    expect(disk?.bytes.subarray(0, needleAt).equals(Buffer.alloc(needleAt))).toBe(true);
  });

  it.each<[string, (disk: Buffer) => void]>([
    ['beyond the file', (disk) => void disk.writeUInt32LE(0x00ff_ffff, secondGrainWord(disk))],
    [
      'not what it was packed from',
      (disk) => {
        const at = disk.readUInt32LE(secondGrainWord(disk)) * sectorBytes;
        disk.fill(0x5a, at + 14, at + 40);
      },
    ],
  ])('says that a piece is missing when it is %s', async (_title, change) => {
    const { parts, unexamined } = await openAll(openVmdk, packed(change));
    expect(parts).toHaveLength(1);
    expect(unexamined).toMatchObject([{ reason: 'damaged', label: 'disk' }]);
  });

  it('takes no room for a disk larger than a part may be', async () => {
    const huge = packed((disk) => disk.writeBigUInt64LE(2n ** 40n, 12));
    const { parts, limit } = await openAll(openVmdk, huge);
    expect(parts).toEqual([]);
    expect(limit).not.toBeNull();
  });

  it.each<[string, (disk: Buffer) => void]>([
    ['pieces of no size', (disk) => disk.writeBigUInt64LE(0n, 20)],
    ['tables without entries', (disk) => void disk.writeUInt32LE(0, 44)],
    ['pieces larger than any', (disk) => disk.writeBigUInt64LE(2n ** 50n, 20)],
  ])('is never silent about %s', async (_title, change) => {
    const { parts, unexamined, limit } = await openAll(openVmdk, packed(change));
    const isSeen = parts.some((part) => part.bytes.includes(needle));
    expect(isSeen || unexamined.length > 0 || limit !== null).toBe(true);
  });

  it.each([10, 50, 90])('is never silent when %d of 100 bytes are left', async (percent) => {
    const disk = packed();
    const { parts, unexamined } = await openAll(openVmdk, disk.subarray(0, (disk.length * percent) / 100));
    const isSeen = parts.some((part) => part.bytes.includes(needle));
    expect(isSeen || unexamined.length > 0).toBe(true);
  });
});

describe('a virtual disk that is not packed', () => {
  it('is looked through', async () => {
    const { parts, unexamined } = await openAll(openVmdk, archiveSample('img-vmdk'));
    expect(unexamined).toEqual([]);
    expect(parts.some((part) => part.bytes.includes(needle))).toBe(true);
  });
});
