import { brotliCompressSync, crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { bytes, fromHex, le16, le32, noise, repeated, zeros } from '../layouts/byte-layout.js';
import {
  bzip2,
  compressZ,
  lz4,
  lz4Legacy,
  lzip,
  lzmaAlone,
  lzop,
  xz,
  xzWith,
  zstd,
} from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const empty = Buffer.alloc(0);

/** One file, compressed. */
export const streamKinds = kindsOf('stream', 'first', (add) => {
  add('gz', (needle) => gzipSync(needle));
  add('gz-second-member', (needle) => bytes(gzipSync(empty), gzipSync(needle)));
  add('gz-split-members', (needle) => bytes(gzipSync(needle.subarray(0, 30)), gzipSync(needle.subarray(30))));
  add('gz-garbage-behind', (needle) => bytes(gzipSync(needle), repeated('garbage behind', 10)));
  add('gz-zeros-behind', (needle) => bytes(gzipSync(needle), zeros(512)));
  add(
    'gz-wrong-crc',
    (needle) => bytes(gzipSync(needle).subarray(0, -8), [1, 2, 3, 4], gzipSync(needle).subarray(-4)),
    {
      heldTwin: 'its checksum is wrong',
    },
  );
  add('gz-no-trailer', (needle) => gzipSync(needle).subarray(0, -8), { heldTwin: 'its end is missing' });
  add('gz-extra-name-comment', (needle) =>
    bytes(
      fromHex('1f8b081c000000000000'),
      le16(4),
      'AB\0\0eicar.com\0comment\0',
      deflateRawSync(needle),
      le32(crc32(needle), needle.length),
    ),
  );
  add('bz2', (needle) => bzip2(needle));
  add('bz2-two', async (needle) => bytes(await bzip2(empty), await bzip2(needle)));
  add(
    'bz2-wrong-crc',
    async (needle) => {
      const packed = await bzip2(needle);
      const at = packed.length - 4;
      packed.writeUInt8(packed.readUInt8(at) ^ 0x55, at);
      return packed;
    },
    { heldTwin: 'its checksum is wrong' },
  );
  add('xz', (needle) => xz(needle));
  add('xz-sha256', (needle) => xzWith('--check=sha256')(needle));
  add('xz-x86-filter', (needle) => xzWith('--x86 --lzma2=preset=6')(needle));
  add('xz-two-padded', async (needle) =>
    bytes(await xz(needle.subarray(0, 20)), zeros(8), await xz(needle.subarray(20))),
  );
  add('lzma-alone', (needle) => lzmaAlone(needle));
  add('zst', (needle) => zstd(needle));
  add('zst-skippable-first', async (needle) =>
    bytes(fromHex('502a4d1804000000'), 'abcd', await zstd(needle)),
  );
  add('lz4', (needle) => lz4(needle));
  add('lz4-legacy', (needle) => lz4Legacy(needle));
  const withLines = (needle: Buffer): Buffer => bytes(needle, '\n'.repeat(60));
  add('compress-Z', (needle) => compressZ(withLines(needle)), {
    leaf: withLines,
    endsAnywhere: 'compress writes neither length nor checksum',
  });
  add('brotli', (needle) => brotliCompressSync(needle), {
    clean: 'Brotli has no mark by which anyone could know it; it comes with a name or a header that says so',
  });
  add('lzop', (needle) => lzop(needle));
  add('lzip', (needle) => lzip(needle));
  const withNoise = (needle: Buffer): Buffer => bytes(needle, noise(5, 3000));
  add(
    'rzip',
    (needle) =>
      madeBy({ needs: ['rzip'], files: { e: withNoise(needle) }, script: 'rzip -k e', out: 'e.rz' }),
    { said: 'rzip is recognised and not opened', leaf: withNoise },
  );
  add('zlib-raw', (needle) => deflateSync(needle), {
    clean:
      'a bare zlib stream: two bytes that much else begins with, and no program that opens one as a file',
  });
});
