import { describe, expect, it } from 'vitest';
import { buildZip } from '../../testing/build-containers.js';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { walkObject } from '../../walk-object.js';
import { openSqlite } from './open-sqlite.js';

const pageBytes = 512;
const usable = pageBytes;

/** One table, one row, one blob of less than 8 KiB, in as many pages as it needs. */
function database(blob: Buffer, pagesSaid = 0): Buffer {
  const varint = (value: number): number[] => [(value >> 7) | 0x80, value & 0x7f];
  const record = Buffer.from([4, ...varint(blob.length * 2 + 12), 1]);
  const payload = Buffer.concat([record, blob, Buffer.from([7])]);
  const [most, least] = [usable - 35, Math.floor(((usable - 12) * 32) / 255) - 23];
  const wanted = least + ((payload.length - least) % (usable - 4));
  const local = payload.length <= most ? payload.length : wanted <= most ? wanted : least;
  const first = Buffer.alloc(pageBytes);
  first.write('SQLite format 3\0');
  first.writeUInt16BE(pageBytes, 16);
  const pages = [first];
  for (let at = local; at < payload.length; at += usable - 4) {
    const page = Buffer.alloc(pageBytes);
    const isLast = at + usable - 4 >= payload.length;
    page.writeUInt32BE(isLast ? 0 : pages.length + 3, 0);
    payload.copy(page, 4, at, at + usable - 4);
    pages.push(page);
  }
  const table = Buffer.alloc(pageBytes);
  const start = usable - (3 + local + 4);
  table[0] = 0x0d;
  table.writeUInt16BE(1, 3);
  table.writeUInt16BE(start, 8);
  Buffer.from([...varint(payload.length), 1]).copy(table, start);
  payload.copy(table, start + 3, 0, local);
  if (local < payload.length) table.writeUInt32BE(3, start + 3 + local);
  pages.splice(1, 0, table);
  first.writeUInt32BE(pagesSaid || pages.length, 28);
  return Buffer.concat(pages);
}

const random = randomFrom(9);
const noise = Buffer.from(Array.from({ length: 3000 }, () => Math.floor(random() * 256)));
const zip = buildZip([{ name: 'a.bin', bytes: noise }]);
const reasonsOf = async (bytes: Buffer): Promise<string[]> => {
  const report = await walkObject(bytes, {
    objectType: 'file',
    timeLimitMs: 30_000,
    onPart: () => undefined,
  });
  return report.unexamined.map(({ reason }) => reason);
};

describe('a database of SQLite', () => {
  it.each([40, 400, 477, 478, 900, 3000])('gives a blob of %i bytes, over pages too', async (length) => {
    const blob = noise.subarray(0, length);
    expect((await openAll(openSqlite, database(blob))).parts.map(({ bytes }) => bytes)).toContainEqual(blob);
  });

  it('does not hold a zip that goes on in other pages', async () => {
    expect(await reasonsOf(database(zip))).toEqual([]);
  });

  it('says that pages are missing', async () => {
    const whole = database(zip);
    expect(await reasonsOf(whole.subarray(0, -pageBytes))).toContain('damaged');
  });

  it('gives what stands behind its last page, and says when that is damaged', async () => {
    const behind = Buffer.concat([database(noise), zip.subarray(0, 900)]);
    expect(await reasonsOf(behind)).toContain('damaged');
  });

  it('is not held for a deleted file of which a part is left', async () => {
    const free = Buffer.alloc(pageBytes);
    zip.copy(free, 0, 0, pageBytes);
    const whole = database(noise);
    const pages = whole.length / pageBytes + 1;
    expect(await reasonsOf(Buffer.concat([database(noise, pages), free]))).toEqual([]);
  });

  it('ends, whatever stands in it', async () => {
    const whole = database(zip);
    for (let round = 0; round < 200; round += 1) {
      const damagedOne = mutate(whole, random);
      damagedOne.write('SQLite format 3\0');
      if (damagedOne.length >= pageBytes) await openAll(openSqlite, damagedOne);
    }
  });
});
