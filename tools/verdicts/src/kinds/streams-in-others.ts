import { deflateSync, gzipSync } from 'node:zlib';
import { be32, bytes, le32, noise, padded, zeros } from '../layouts/byte-layout.js';
import { oneSectionProgram } from '../layouts/program-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { zipWithNoise, zipped } from '../layouts/zip-layout.js';
import { bzip2, compressZ, lz4, lzip, lzop, sevenZip, xz, zstd } from '../making/compressors.js';
import { carrier } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const longZip = zipWithNoise(43);

/** Streams behind others, and within what has no name for them. */
export const streamInOtherKinds = kindsOf('stream', 'further', (add) => {
  for (const [name, pack] of Object.entries({ xz, zstd, bzip2, lz4, lzip, lzop })) {
    add(`${name}-zip-behind`, async (needle) => bytes(await pack(noise(5, 300)), longZip(needle)), carrier);
    add(`${name}-needle-behind`, async (needle) => bytes(await pack(noise(6, 300)), needle), carrier);
  }
  add('compressZ-zip-behind', async (needle) => bytes(await compressZ(noise(5, 300)), longZip(needle)), {
    ...carrier,
    heldTwin: 'its codes have no end: what follows is read as more of them, and breaks',
  });
  add('xz-7z-behind', async (needle) => bytes(await xz(noise(5, 300)), await sevenZip(needle)), carrier);
  add('zip-needle-behind-gz', (needle) =>
    bytes(gzipSync(noise(7, 200)), gzipSync(needle), zeros(40), zipped(needle)),
  );
  const inBinary = (name: string, pack: (content: Buffer) => Buffer | Promise<Buffer>): void =>
    add(
      `binary-with-${name}`,
      async (needle) => bytes([0, 1, 2], noise(8, 700), await pack(bytes(needle)), noise(9, 300)),
      carrier,
    );
  inBinary('gzip', gzipSync);
  inBinary('zlib', (content) => deflateSync(bytes(content)));
  inBinary('xz', xz);
  inBinary('zstd', zstd);
  inBinary('bzip2', bzip2);
  inBinary('lz4', lz4);
  inBinary('lzip', lzip);
  add('exe-with-gzip', (needle) => bytes('MZ', noise(10, 500), gzipSync(needle), noise(11, 64)), carrier);
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
    carrier,
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
    carrier,
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
    carrier,
  );
  add(
    'android-boot-image',
    (needle) => {
      const packed = gzipSync(tarOf([['a', needle]]));
      return bytes('ANDROID!', le32(2048, 0x8000, packed.length, 0), zeros(2024), noise(12, 2048), packed);
    },
    carrier,
  );
  add(
    'deb-of-1995',
    (needle) => {
      const control = gzipSync(tarOf([['control', 'Package: x\n']]));
      return bytes(`0.939000\n${control.length}\n`, control, gzipSync(tarOf([['eicar.com', needle]])));
    },
    carrier,
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
    carrier,
  );
  add(
    'pyinstaller-stored',
    (needle) => {
      const name = padded('eicar.com', 14);
      const entry = bytes(be32(18 + name.length, 0, needle.length, needle.length), [0, 0x62], name);
      return bytes(
        oneSectionProgram(),
        needle,
        entry,
        'MEI\x0c\x0b\x0a\x0b\x0e',
        be32(needle.length + entry.length + 88, needle.length, entry.length, 311),
        padded('libpython3.11.so', 64),
      );
    },
    carrier,
  );
});
