import { brotliCompressSync, crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { be16, be32, bytes, le16, le32, noise, padded, zeros } from '../layouts/byte-layout.js';
import { base85 } from '../layouts/text-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { zipOf, zipped } from '../layouts/zip-layout.js';
import { bzip2, compressZ, lz4, lzip, lzop, sevenZip, xz, zstd } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const text = { endsAnywhere: 'a text ends where it ends' };
const bare = { endsAnywhere: 'a bare stream says nowhere how long it is' };
const embedded = { endsAnywhere: 'what it is in does not say how long it is' };
const broken = {
  ...embedded,
  heldTwin: 'a zip that other bytes interrupt is broken to all who find it as it stands',
};
const longZip = (needle: Buffer): Buffer =>
  zipOf([
    ['eicar.com', needle],
    ['readme.bin', noise(43, 900)],
  ]);
const sha1 = (content: Buffer): Buffer => createHash('sha1').update(content).digest();

/** An entry of a pack of git: its type and length, then what zlib made of it. */
function packEntry(type: number, content: Buffer, before: Buffer = Buffer.alloc(0)): Buffer {
  const head: number[] = [];
  let rest = content.length >> 4;
  let byte = (type << 4) | (content.length & 15);
  while (rest > 0) {
    head.push(byte | 0x80);
    byte = rest & 0x7f;
    rest >>= 7;
  }
  return bytes([...head, byte], before, deflateSync(content));
}
function gitPack(entries: readonly Buffer[]): Buffer {
  const pack = bytes('PACK', be32(2, entries.length), ...entries);
  return bytes(pack, sha1(pack));
}
/** Copies everything of a base and inserts what follows. */
const delta = (base: Buffer, from: number, count: number, insert: Buffer): Buffer =>
  bytes([base.length, count + insert.length, 0x91, from, count, insert.length], insert);

/** Streams without a container, and behind others. */
export const outsiderStreamKinds = kindsOf('stream', 'further', (add) => {
  add('zlib-file', (needle) => deflateSync(longZip(needle)), bare);
  add('zlib-level-0', (needle) => deflateSync(needle, { level: 0 }), bare);
  add('deflate-file', (needle) => deflateRawSync(bytes(needle)), bare);
  add('deflate-of-zip', (needle) => deflateRawSync(longZip(needle)), {
    clean: 'bare deflate has no mark, and its first block is one that chance makes, too',
  });
  add('brotli-of-zip', (needle) => brotliCompressSync(longZip(needle)), {
    clean: 'Brotli has no mark by which anyone could know it; it comes with a name or a header that says so',
  });
  add('git-loose-object', (needle) => deflateSync(bytes(`blob ${needle.length}\0`, needle)), bare);
  add('git-pack', (needle) => gitPack([packEntry(3, needle), packEntry(3, Buffer.from('hello'))]));
  add(
    'git-bundle',
    (needle) =>
      bytes(
        `# v2 git bundle\n${'a'.repeat(40)} refs/heads/main\n\n`,
        gitPack([packEntry(1, Buffer.from('tree x\n')), packEntry(3, needle)]),
      ),
    { endsAnywhere: { 50: 'it ends within the lines in front of its pack' } },
  );
  add('git-pack-delta', (needle) => {
    const base = bytes('#', needle.subarray(0, 40));
    const first = packEntry(3, base);
    return gitPack([
      first,
      packEntry(6, delta(base, 1, 40, needle.subarray(40)), Buffer.from([first.length])),
    ]);
  });
  add(
    'git-binary-patch',
    (needle) => {
      const packed = deflateSync(needle);
      const lines = Array.from({ length: Math.ceil(packed.length / 52) }, (_, at) => {
        const piece = packed.subarray(at * 52, at * 52 + 52);
        const length = piece.length <= 26 ? 64 + piece.length : 96 + piece.length - 26;
        return `${String.fromCharCode(length)}${base85(piece, true)}\n`;
      });
      return bytes(
        `diff --git a/x.com b/x.com\nnew file mode 100644\nindex 0000000..1111111\nGIT binary patch\nliteral ${needle.length}\n${lines.join('')}\nliteral 0\nHcmV?d00001\n\n`,
      );
    },
    text,
  );
  for (const [name, pack] of Object.entries({ xz, zstd, bzip2, lz4, lzip, lzop })) {
    add(`${name}-zip-behind`, async (needle) => bytes(await pack(noise(5, 300)), longZip(needle)), embedded);
    add(`${name}-needle-behind`, async (needle) => bytes(await pack(noise(6, 300)), needle), embedded);
  }
  add('compressZ-zip-behind', async (needle) => bytes(await compressZ(noise(5, 300)), longZip(needle)), {
    ...embedded,
    heldTwin: 'its codes have no end: what follows is read as more of them, and breaks',
  });
  add('xz-7z-behind', async (needle) => bytes(await xz(noise(5, 300)), await sevenZip(needle)), embedded);
  add('zip-needle-behind-gz', (needle) =>
    bytes(gzipSync(noise(7, 200)), gzipSync(needle), zeros(40), zipped(needle)),
  );
  const inBinary = (name: string, pack: (content: Buffer) => Buffer | Promise<Buffer>): void =>
    add(
      `binary-with-${name}`,
      async (needle) => bytes([0, 1, 2], noise(8, 700), await pack(bytes(needle)), noise(9, 300)),
      embedded,
    );
  inBinary('gzip', gzipSync);
  inBinary('zlib', (content) => deflateSync(bytes(content)));
  inBinary('xz', xz);
  inBinary('zstd', zstd);
  inBinary('bzip2', bzip2);
  inBinary('lz4', lz4);
  inBinary('lzip', lzip);
  add('exe-with-gzip', (needle) => bytes('MZ', noise(10, 500), gzipSync(needle), noise(11, 64)), embedded);
  add(
    'java-serialized-gzip',
    (needle) => {
      const packed = gzipSync(needle);
      return bytes(
        [0xac, 0xed, 0, 5],
        'ur\0\x02[B\xac\xf3\x17\xf8\x06\x08\x54\xe0\x02\0\0xp',
        be32(packed.length),
        packed,
      );
    },
    embedded,
  );
  add(
    'pickle-zlib',
    (needle) => {
      const packed = deflateSync(needle);
      return bytes(
        [0x80, 4, 0x95, packed.length + 4, 0, 0, 0, 0, 0, 0, 0, 0x43, packed.length],
        packed,
        [0x94, 0x2e],
      );
    },
    embedded,
  );
  add(
    'u-boot-image',
    (needle) => {
      const packed = gzipSync(needle);
      return bytes(
        [0x27, 0x05, 0x19, 0x56],
        zeros(8),
        be32(packed.length),
        zeros(12),
        [5, 2, 2, 1],
        padded('ramdisk', 32),
        packed,
      );
    },
    embedded,
  );
  add(
    'android-boot-image',
    (needle) => {
      const packed = gzipSync(tarOf([['a', needle]]));
      return bytes('ANDROID!', le32(2048, 0x8000, packed.length, 0), zeros(2024), noise(12, 2048), packed);
    },
    embedded,
  );
  add(
    'deb-of-1995',
    (needle) => {
      const control = gzipSync(tarOf([['control', 'Package: x\n']]));
      return bytes(`0.939000\n${control.length}\n`, control, gzipSync(tarOf([['eicar.com', needle]])));
    },
    embedded,
  );
  add(
    'pyinstaller',
    (needle) => {
      const packed = deflateSync(needle);
      const name = padded('eicar.com', 14);
      const entry = bytes(be32(18 + name.length, 0, packed.length, needle.length), [1, 0x78], name);
      const size = packed.length + entry.length + 88;
      return bytes(
        'MZ',
        noise(13, 600),
        packed,
        entry,
        'MEI\x0c\x0b\x0a\x0b\x0e',
        be32(size, packed.length, entry.length, 311),
        padded('libpython3.11.so', 64),
      );
    },
    embedded,
  );
  add(
    'pyinstaller-stored',
    (needle) => {
      const name = padded('eicar.com', 14);
      const entry = bytes(be32(18 + name.length, 0, needle.length, needle.length), [0, 0x62], name);
      return bytes(
        program(),
        needle,
        entry,
        'MEI\x0c\x0b\x0a\x0b\x0e',
        be32(needle.length + entry.length + 88, needle.length, entry.length, 311),
        padded('libpython3.11.so', 64),
      );
    },
    embedded,
  );
  add('matroska-attachment', (needle) => matroska(needle), embedded);
  add(
    'png-compressed-text',
    (needle) => png('zTXt', bytes('Comment\0\0', deflateSync(longZip(needle)))),
    embedded,
  );
  add(
    'png-text-base64',
    (needle) => png('tEXt', bytes('Comment\0', longZip(needle).toString('base64'))),
    embedded,
  );
  add(
    'png-international-text',
    (needle) => png('iTXt', bytes('XML\0\x01\0\0\0', deflateSync(longZip(needle)))),
    embedded,
  );
  add('png-profile', (needle) => png('iCCP', bytes('x\0\0', deflateSync(longZip(needle)))), embedded);
  add('png-unknown-chunk', (needle) => png('eiCa', needle), embedded);
  add('png-needle-behind', (needle) => bytes(png('tEXt', 'a\0b'), needle), embedded);
  add('gif-zip-in-comment', (needle) => gif(longZip(needle)), broken);
  add('jpeg-zip-over-segments', (needle) => jpeg(longZip(needle), 400), broken);
  add(
    'jpeg-base64-in-comment',
    (needle) => jpeg(Buffer.from(longZip(needle).toString('base64')), 60_000),
    embedded,
  );
  add('jpeg-needle-behind', (needle) => bytes(jpeg(Buffer.from('x'), 99), needle), embedded);
  add('gif-needle-behind', (needle) => bytes(gif(Buffer.from('x')), needle), embedded);
  add(
    'webp-chunk',
    (needle) => {
      const chunks = bytes('WEBP', 'VP8 ', le32(10), noise(3, 10), 'EXIF', le32(needle.length), needle);
      return bytes('RIFF', le32(chunks.length), chunks);
    },
    embedded,
  );
  add('exe-needle-behind', (needle) => bytes(program(), needle), embedded);
  add(
    'exe-with-base64',
    (needle) => bytes(program(), noise(15, 200), longZip(needle).toString('base64'), zeros(30)),
    embedded,
  );
  add(
    'exe-with-wide-base64',
    (needle) =>
      bytes(program(), zeros(16), Buffer.from(longZip(needle).toString('base64'), 'utf16le'), zeros(30)),
    embedded,
  );
  add(
    'class-with-base64',
    (needle) => {
      const constant = longZip(needle).toString('base64');
      return bytes([0xca, 0xfe, 0xba, 0xbe], be16(0, 52, 4), [1], be16(constant.length), constant, zeros(40));
    },
    embedded,
  );
  add(
    'dex-with-base64',
    (needle) => bytes('dex\n035\0', noise(16, 120), longZip(needle).toString('base64'), [0], noise(17, 90)),
    embedded,
  );
  add(
    'sqlite-blob-over-pages',
    (needle) =>
      madeBy({
        needs: ['sqlite3'],
        files: {
          e: zipOf([
            ['r.bin', noise(18, 9000)],
            ['eicar.com', needle],
          ]),
        },
        script: `sqlite3 a.db "CREATE TABLE t(a TEXT, b BLOB); INSERT INTO t VALUES('x', readfile('e'))"`,
        out: 'a.db',
      }),
    broken,
  );
});

const png = (type: string, data: Buffer | string): Buffer => {
  const chunk = (name: string, piece: Buffer | string): Buffer => {
    const body = bytes(name, piece);
    return bytes(be32(body.length - 4), body, be32(crc32(body)));
  };
  return bytes(
    '\x89PNG\r\n\x1a\n',
    chunk('IHDR', bytes(be32(1, 1), [8, 0, 0, 0, 0])),
    chunk(type, data),
    chunk('IDAT', deflateSync(zeros(2))),
    chunk('IEND', ''),
  );
};
const gif = (comment: Buffer): Buffer => {
  const blocks = Array.from({ length: Math.ceil(comment.length / 255) }, (_, at) => {
    const piece = comment.subarray(at * 255, at * 255 + 255);
    return bytes([piece.length], piece);
  });
  return bytes('GIF89a', le16(1, 1), [0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x21, 0xfe], ...blocks, [
    0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
  ]);
};
const jpeg = (content: Buffer, size: number): Buffer => {
  const segments = Array.from({ length: Math.ceil(content.length / size) }, (_, at) => {
    const piece = content.subarray(at * size, at * size + size);
    return bytes([0xff, 0xfe], be16(piece.length + 2), piece);
  });
  return bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0', ...segments, [
    0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 0x12, 0x34, 0xff, 0xd9,
  ]);
};
const program = (): Buffer => {
  const head = bytes('PE\0\0', le16(0x14c, 1), zeros(12), le16(96, 0x102), le16(0x10b), zeros(94));
  const section = bytes('.text\0\0\0', le32(512, 4096, 512, 512), zeros(12), le32(0x60000020));
  return bytes(padded(bytes(padded('MZ', 60), le32(64), head, section), 512), noise(19, 512));
};
/** EBML: an id, a size, a content. */
const element = (id: readonly number[], content: Buffer | string): Buffer =>
  bytes(
    id,
    [
      0x10 | (content.length >> 24),
      (content.length >> 16) & 255,
      (content.length >> 8) & 255,
      content.length & 255,
    ],
    content,
  );
const matroska = (file: Buffer): Buffer =>
  bytes(
    element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], 'matroska')),
    element(
      [0x18, 0x53, 0x80, 0x67],
      bytes(
        element([0x15, 0x49, 0xa9, 0x66], noise(20, 60)),
        element(
          [0x19, 0x41, 0xa4, 0x69],
          element([0x61, 0xa7], bytes(element([0x46, 0x6e], 'eicar.com'), element([0x46, 0x5c], file))),
        ),
      ),
    ),
  );
