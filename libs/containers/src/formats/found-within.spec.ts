import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { OpenContainer } from '../container-format.js';
import { detectType } from '../detect-type.js';
import { buildZip } from '../testing/build-containers.js';
import { mutate, randomFrom } from '../testing/mutate.js';
import { openAll } from '../testing/open-all.js';
import { openEmbedded } from './embedded/open-embedded.js';
import { packStart } from './git/detect-git.js';
import { openGit } from './git/open-git.js';
import { openMarkup } from './markup/open-markup.js';
import { openPackaged } from './packaged/open-packaged.js';
import { openPicture } from './picture/open-picture.js';
import { openTextInBinary } from './text-in-binary/open-text-in-binary.js';

const random = randomFrom(47);
const noise = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
const needle = Buffer.from('a needle in a haystack, as long as one may be');
const zip = buildZip([{ name: 'a.txt', bytes: needle }]);
const contents = async (open: OpenContainer, bytes: Buffer): Promise<string[]> =>
  (await openAll(open, bytes)).parts.map((part) => part.bytes.toString('latin1'));
const formatsOf = (bytes: Buffer): string[] => detectType(bytes).readings.map(({ format }) => format);

describe('an update of Mozilla', () => {
  const index = Buffer.from('\0\0\0\x08\0\0\0\x2d\0\0\x01\xa4a.txt\0', 'latin1');
  const archive = Buffer.concat([
    Buffer.from('MAR1\0\0\0\x35', 'latin1'),
    needle,
    Buffer.from([0, 0, 0, index.length]),
    index,
  ]);

  it('gives its files', async () => {
    expect(formatsOf(archive)).toContain('packaged');
    expect(await openAll(openPackaged, archive)).toMatchObject({
      parts: [{ bytes: needle }],
      unexamined: [],
    });
  });

  it.each([20, 53, 55, archive.length - 1])(
    'is damaged when its index is cut off: %d bytes',
    async (length) => {
      const cut = archive.subarray(0, length);
      expect(formatsOf(cut)).toContain('packaged');
      expect((await openAll(openPackaged, cut)).unexamined).toMatchObject([{ reason: 'damaged' }]);
    },
  );

  it('is no text that begins with the same letters', () => {
    expect(formatsOf(Buffer.from('MAR1, the first of March, is a day like any other.'))).not.toContain(
      'packaged',
    );
  });
});

describe('packed streams in binary data', () => {
  const around = (stream: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0, 1]), noise(300), stream, noise(90)]);

  it.each([
    ['gzip', gzipSync(needle)],
    ['zlib', deflateSync(needle)],
  ])('gives what %s holds, wherever it stands', async (_, stream) => {
    expect(formatsOf(around(stream))).toContain('embedded');
    expect(await contents(openEmbedded, around(stream))).toContain(needle.toString());
  });

  it('gives what a file holds that is nothing but a bare stream, and no beginning of one', async () => {
    const bare = deflateRawSync(Buffer.concat([needle, Buffer.from([0, 200])]));
    expect(formatsOf(bare)).toContain('embedded');
    expect(await contents(openEmbedded, bare)).toHaveLength(1);
    expect(await contents(openEmbedded, bare.subarray(0, bare.length - 20))).toEqual([]);
  });

  it('says nothing of marks that stand there by chance', async () => {
    const marks = Buffer.concat(
      ['1f8b0800', '789c', 'fd377a585a00', '28b52ffd', '04224d18'].map((hex) => Buffer.from(hex, 'hex')),
    );
    for (let count = 0; count < 50; count += 1)
      expect(
        (await openAll(openEmbedded, Buffer.concat([Buffer.from([0]), marks, noise(200)]))).unexamined,
      ).toEqual([]);
  });

  it('takes time in proportion to marks in masses', async () => {
    for (const hex of ['1f8b0800', '78da', '04224d186040', '28b52ffd00', '425a68393141592653595a'])
      await openAll(openEmbedded, Buffer.alloc(2_000_000, Buffer.from(hex, 'hex')), { timeLimitMs: 60_000 });
  }, 60_000);
});

describe('what stands beside the pixels of a picture', () => {
  const png = (name: string, data: Buffer, behind = Buffer.alloc(0)): Buffer => {
    const chunk = (kind: string, content: Buffer): Buffer => {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(content.length);
      return Buffer.concat([head, Buffer.from(kind), content, Buffer.alloc(4)]);
    };
    return Buffer.concat([
      Buffer.from('89504e470d0a1a0a', 'hex'),
      chunk('IHDR', Buffer.alloc(13)),
      chunk(name, data),
      chunk('IEND', Buffer.alloc(0)),
      behind,
    ]);
  };

  it('is given: a chunk that no standard has, bytes behind its end', async () => {
    expect(await contents(openPicture, png('aaAa', needle))).toEqual([needle.toString()]);
    expect(await contents(openPicture, png('IDAT', noise(99), needle))).toEqual([needle.toString()]);
  });

  it('is nothing in an ordinary picture', () => {
    expect(formatsOf(png('IDAT', noise(9000)))).toEqual([]);
    expect(formatsOf(png('IDAT', noise(99), Buffer.alloc(500)))).toEqual([]);
  });
});

describe('base64 in binary data', () => {
  it.each([
    ['ASCII', Buffer.from(zip.toString('base64'))],
    ['UTF-16', Buffer.from(zip.toString('base64'), 'utf16le')],
  ])('is given in %s, also behind a length that looks like one more character', async (_, text) => {
    const bytes = Buffer.concat([Buffer.from([0, 1, 0x64]), text, Buffer.from([0, 0, 7])]);
    expect(formatsOf(bytes)).toContain('text-in-binary');
    expect(await contents(openTextInBinary, bytes)).toContain(zip.toString('latin1'));
  });
});

describe('texts that repeat what files are written with', () => {
  it.each([
    ['lines of base64', `UEsDB${'A'.repeat(40)} x `],
    ['lines of hexadecimal', `504b0304${'00'.repeat(20)} x `],
    ['filters of PostScript', 'ASCII85Decode filter '],
    ['decimals', '80 75 '],
    ['base64 backwards', 'BDsEU '],
    ['encoded scripts', '#@~^AAAAAA=='],
    ['patches', 'GIT binary patch\nliteral 5\n'],
  ])('%s take time in proportion to their length', async (_, piece) => {
    const { limit } = await openAll(openMarkup, Buffer.from(piece.repeat(Math.ceil(400_000 / piece.length))));
    expect(limit).toBeNull();
  });

  it('that say they unpack what is far larger end at the bound', async () => {
    const text = `gzinflate('${deflateSync(Buffer.alloc(50_000_000)).toString('base64')}')`;
    const limits = { maxPartBytes: 10_000_000 };
    expect((await openAll(openMarkup, Buffer.from(text), { limits })).limit).toBe('maxPartBytes');
  });
});

describe('whatever is done to it', () => {
  const pack = Buffer.concat([
    Buffer.from('5041434b0000000200000001', 'hex'),
    Buffer.from([0xbd, 2]),
    deflateSync(needle),
    Buffer.alloc(20),
  ]);
  it.each([
    ['a pack of git', openGit, pack],
    [
      'a program',
      openPackaged,
      Buffer.concat([
        Buffer.from('MZ'),
        noise(200),
        Buffer.from('4d45490c0b0a0b0e0000010000000020', 'hex'),
        noise(80),
      ]),
    ],
    ['a film', openPackaged, Buffer.concat([Buffer.from('1a45dfa3801853806710000040', 'hex'), noise(99)])],
    [
      'a picture',
      openPicture,
      Buffer.concat([
        Buffer.from('474946383961010001008000', 'hex'),
        Buffer.alloc(7),
        Buffer.from([0x21, 0xfe, 200]),
        noise(300),
      ]),
    ],
    [
      'a stream',
      openEmbedded,
      Buffer.concat([Buffer.from([0]), gzipSync(needle), noise(60), deflateSync(zip)]),
    ],
  ])('%s gives no fault', async (_, open: OpenContainer, seed) => {
    for (let count = 0; count < 300; count += 1) {
      const changed = mutate(seed, random);
      if (open !== openGit || packStart(changed) >= 0) await openAll(open, changed);
    }
  });

  it('gives the objects of a pack, and says that it is cut', async () => {
    expect(await contents(openGit, pack)).toEqual([needle.toString()]);
    expect((await openAll(openGit, pack.subarray(0, 34))).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });
});
