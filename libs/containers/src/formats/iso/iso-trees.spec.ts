import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { filesOfOtherTrees } from './iso-trees.js';
import { openIso } from './open-iso.js';

const sector = 2048;

function record(name: string, start: number, size: number, flags = 0): Buffer {
  const bytes = Buffer.alloc(33 + name.length + (name.length % 2 === 0 ? 1 : 0));
  bytes[0] = bytes.length;
  bytes.writeUInt32LE(start, 2);
  bytes.writeUInt32LE(size, 10);
  bytes[25] = flags;
  bytes[32] = name.length;
  bytes.write(name, 33, 'latin1');
  return bytes;
}

const filesOf = (bytes: Buffer) => [...filesOfOtherTrees(bytes, { isCut: false }, () => undefined)];

function image({ joliet }: { readonly joliet: readonly Buffer[] }): Buffer {
  const bytes = Buffer.alloc(30 * sector);
  const descriptor = (at: number, type: number, root: number): void => {
    const start = at * sector;
    bytes[start] = type;
    bytes.write('CD001', start + 1);
    bytes.writeUInt16LE(sector, start + 128);
    record('\0', root, sector, 2).copy(bytes, start + 156);
    if (type === 2) bytes.write('%/E', start + 88);
  };
  descriptor(16, 1, 20);
  descriptor(17, 2, 21);
  descriptor(18, 255, 0);
  const folder = [
    record('\0', 20, sector, 2),
    record('\x01', 20, sector, 2),
    record('A.TXT;1', 24, 5),
    record('EVIL.COM;1', 25, 9),
  ];
  Buffer.concat([...folder, record('SUB', 22, sector, 2)]).copy(bytes, 20 * sector);
  Buffer.concat(joliet).copy(bytes, 21 * sector);
  // A folder that holds itself.
  Buffer.concat([record('B.COM;1', 26, 3), record('UP', 20, sector, 2)]).copy(bytes, 22 * sector);
  return bytes;
}

describe('filesOfOtherTrees', () => {
  it('gives the files that the tree of Joliet has not', () => {
    expect(filesOf(image({ joliet: [record('a.txt', 24, 5)] }))).toEqual([
      { name: 'EVIL.COM', start: 25 * sector, size: 9 },
      { name: 'B.COM', start: 26 * sector, size: 3 },
    ]);
  });

  it('gives nothing where the trees have the same files, and ends whatever is done to it', () => {
    const same = image({ joliet: [record('a', 24, 5), record('b', 25, 9), record('c', 26, 3)] });
    expect(filesOf(same)).toEqual([]);
    const random = randomFrom(9);
    for (let count = 0; count < 200; count += 1)
      expect(filesOf(mutate(same, random)).length).toBeLessThan(100_000);
  });

  it('reads of folders that claim the same bytes a few times what there is, and says that it left some', async () => {
    const folders = 500;
    const rootSectors = 10;
    const bytes = Buffer.concat([image({ joliet: [] }), Buffer.alloc((rootSectors + folders) * sector)]);
    record('\0', 30, rootSectors * sector, 2).copy(bytes, 16 * sector + 156);
    const perSector = Math.floor(sector / record('D', 0, 0).length);
    for (let at = 0; at < folders; at += 1) {
      const claim = record('D', 30 + rootSectors + at, bytes.length, 2);
      claim.copy(bytes, (30 + Math.floor(at / perSector)) * sector + (at % perSector) * claim.length);
    }
    let looks = 0;
    const notes = { isCut: false };
    expect([...filesOfOtherTrees(bytes, notes, () => void (looks += 1))]).toEqual([]);
    expect(notes.isCut).toBe(true);
    expect(looks).toBeGreaterThan(10);
    expect(looks).toBeLessThan(folders / 4);
    expect((await openAll(openIso, bytes)).unexamined).toContainEqual(
      expect.objectContaining({ reason: 'damaged', detail: expect.stringContaining('folders') }),
    );
  });
});
