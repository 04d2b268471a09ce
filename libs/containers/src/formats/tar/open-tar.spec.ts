import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { buildTar } from '../../testing/build-containers.js';
import { openAll } from '../../testing/open-all.js';
import { tarDetection } from './detect-tar.js';
import { openTar } from './open-tar.js';

const needle = Buffer.from('a needle in a haystack');
const tar = buildTar([{ name: 'n', bytes: needle }]);
const [block, member] = [512, 1024];

function header(
  name: string,
  type: string,
  size: number,
  more: (bytes: Buffer) => void = () => undefined,
): Buffer {
  const bytes = Buffer.alloc(block);
  bytes.write(name);
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  bytes.write(type, 156);
  more(bytes);
  bytes.fill(' ', 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;
const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(Math.ceil(bytes.length / block) * block - bytes.length)]);
const reasons = async (bytes: Buffer): Promise<string[]> =>
  (await openAll(openTar, bytes)).unexamined.map(({ reason }) => reason);

describe('openTar', () => {
  it('misses no end behind a whole member, as many writers leave it out', async () => {
    expect(await reasons(tar.subarray(0, member))).toEqual([]);
  });

  it('says damaged in a member, in a next header, and behind a description of what does not follow', async () => {
    expect(await reasons(tar.subarray(0, block + 5))).toEqual(['damaged']);
    const two = Buffer.concat([tar.subarray(0, member), header('m', '0', 5).subarray(0, 100)]);
    expect(await reasons(two)).toEqual(['damaged']);
    const record = Buffer.from('31 path=a much longer name....\n');
    const described = Buffer.concat([header('x', 'x', record.length), padded(record)]);
    expect(await reasons(described)).toEqual(['damaged']);
  });

  const holes = Buffer.concat([needle, Buffer.alloc(5000 - needle.length)]);
  holes.write('end', 4000);
  const pieces = Buffer.concat([needle, Buffer.from('end')]);
  const old = (isExtended: boolean): Buffer =>
    header('s', 'S', pieces.length, (bytes) => {
      if (!isExtended) bytes.write(`${octal(0)}${octal(needle.length)}${octal(4000)}${octal(3)}`, 386);
      bytes[482] = isExtended ? 1 : 0;
      bytes.write(octal(5000), 483);
    });
  const extension = Buffer.alloc(block);
  extension.write(`${octal(0)}${octal(needle.length)}${octal(4000)}${octal(3)}`);
  const map = padded(Buffer.from(`2\n0\n${needle.length}\n4000\n3\n`));
  const record = Buffer.from('27 GNU.sparse.realsize=5000\n'.padStart(28));
  record.write('28');
  it.each([
    ['in the header', Buffer.concat([old(false), padded(pieces)])],
    ['in a block behind it', Buffer.concat([old(true), extension, padded(pieces)])],
    [
      'in front of the data',
      Buffer.concat([
        header('x', 'x', record.length),
        padded(record),
        header('s', '0', map.length + pieces.length),
        map,
        padded(pieces),
      ]),
    ],
  ])('gives a file with holes as it is unpacked, its map %s', async (_where, bytes) => {
    const { parts, unexamined } = await openAll(openTar, Buffer.concat([bytes, Buffer.alloc(member)]));
    expect(parts.some((part) => part.bytes.equals(holes))).toBe(true);
    expect(unexamined).toEqual([]);
  });

  it.each([
    ['of one record', ['GNU.sparse.map=11,11,0,11']],
    [
      'of a record for each number',
      ['GNU.sparse.offset=11', 'GNU.sparse.numbytes=11', 'GNU.sparse.offset=0', 'GNU.sparse.numbytes=11'],
    ],
  ])('puts together a file whose map stands in its header, %s', async (_, map) => {
    const record = (text: string): string => {
      let length = text.length + 3;
      while (`${length} ${text}\n`.length !== length) length += 1;
      return `${length} ${text}\n`;
    };
    const records = Buffer.from(['GNU.sparse.size=22', ...map].map(record).join(''));
    const file = needle.subarray(0, 22);
    const packed = Buffer.concat([file.subarray(11), file.subarray(0, 11)]);
    const bytes = Buffer.concat([
      header('x', 'x', records.length),
      padded(records),
      header('n', '0', 22),
      padded(packed),
      Buffer.alloc(1024),
    ]);
    const { parts, unexamined } = await openAll(openTar, bytes);
    expect(parts.map((part) => part.bytes.toString())).toContain(file.toString());
    expect(unexamined).toEqual([]);
  });

  it.each([
    ['records', 'x', needle],
    ['a name', 'L', needle],
  ])('gives what stands where %s of the next file should, and is none', async (_, type, data) => {
    const bytes = Buffer.concat([header('m', type, data.length), padded(data), tar]);
    const { parts } = await openAll(openTar, bytes);
    expect(parts.map((part) => part.bytes)).toContainEqual(needle);
    const described = Buffer.from(type === 'x' ? '10 path=a\n' : 'a\0');
    const usual = Buffer.concat([header('m', type, described.length), padded(described), tar]);
    expect((await openAll(openTar, usual)).parts).toHaveLength(1);
  });

  it('is one without a name where a file follows', async () => {
    const nameless = Buffer.concat([header('', '0', needle.length), padded(needle)]);
    expect(tarDetection.detect(Buffer.concat([nameless, nameless]))).toMatchObject({ isCertain: true });
    expect(tarDetection.detect(Buffer.concat([nameless, Buffer.alloc(block)]))).toBeNull();
  });

  it('reads a checksum that fills its field', async () => {
    const old = header('n', '\0', needle.length);
    old.write(`${old.toString('latin1', 148, 154).padStart(8, '0')}`, 148, 'latin1');
    const bytes = Buffer.concat([old, padded(needle), Buffer.alloc(1024)]);
    expect(tarDetection.detect(bytes)).toMatchObject({ isCertain: true });
    expect((await openAll(openTar, bytes)).parts.map((part) => part.bytes)).toEqual([needle]);
  });

  it('asks before it makes holes of terabytes, and throws on nothing', async () => {
    const huge = header('s', 'S', 0, (bytes) => void bytes.write(octal(8 ** 11 - 1), 483));
    expect((await openAll(openTar, huge)).limit).toBe('maxTotalBytes');
    const random = randomFrom(5);
    const whole = Buffer.concat([old(true), extension, padded(pieces)]);
    for (let count = 0; count < 300; count += 1) await openAll(openTar, mutate(whole, random));
  });
});
