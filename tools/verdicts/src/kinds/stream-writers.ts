import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { bytes, fromHex, le16, le32, le64, repeated } from '../layouts/byte-layout.js';
import { uuencoded } from '../layouts/mail-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { bzip2, lz4, lzip, lzmaAlone, xz, xzWith, zstd } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import type { ToolName } from '../making/tools.js';

const hello = bytes('hello');

/** What other compressors and options write. */
export const streamWriterKinds = kindsOf('stream', 'further', (add) => {
  const piped = (name: string, tool: ToolName, command: string): void =>
    add(name, (needle) =>
      madeBy({ needs: [tool], files: { e: needle }, script: `${command} <e >o`, out: 'o' }),
    );
  add('gz-header-checksum', (needle) => {
    const head = fromHex('1f8b08020000000000ff');
    const sums = bytes(
      le16(crc32(head) & 0xffff),
      deflateRawSync(needle),
      le32(crc32(needle), needle.length),
    );
    return bytes(head, sums);
  });
  add(
    'gz-100-members',
    (needle) =>
      bytes(
        ...Array.from({ length: needle.length }, (_, index) => gzipSync(needle.subarray(index, index + 1))),
      ),
    { endsAnywhere: { 50: 'it ends between two members, and no member says how many there are' } },
  );
  add('gz-empty-member-behind', (needle) => bytes(gzipSync(needle), gzipSync('')));
  add('gz-zip-behind', (needle) => bytes(gzipSync(hello), zipped(needle)));
  add('gz-level-0', (needle) => gzipSync(needle, { level: 0 }));
  add('bz2-level-1', (needle) =>
    madeBy({ needs: ['bzip2'], files: { e: needle }, script: 'bzip2 -1 e', out: 'e.bz2' }),
  );
  add('bz2-garbage-behind', async (needle) => bytes(await bzip2(needle), repeated('garbage', 9)));
  for (const check of ['none', 'crc32']) piped(`xz-check-${check}`, 'xz', `xz --check=${check} -c`);
  piped('xz-blocks', 'xz', 'xz --block-size=16 -c');
  piped('xz-delta', 'xz', 'xz --delta=dist=4 --lzma2=preset=0 -c');
  add('xz-arm-filter', (needle) => xzWith('--arm --lzma2=preset=6')(needle));
  add('xz-garbage-behind', async (needle) => bytes(await xz(needle), 'garbage!'));
  add('lzma-known-size', async (needle) => {
    const alone = await lzmaAlone(needle);
    le64(needle.length).copy(alone, 5);
    return alone;
  });
  piped('zst-no-checksum', 'zstd', 'zstd -q --no-check -c');
  piped('zst-long', 'zstd', 'zstd -q --long=27 -19 -c');
  add('zst-from-pipe', (needle) =>
    madeBy({ needs: ['zstd'], files: { e: needle }, script: 'cat e | zstd -q -c >o', out: 'o' }),
  );
  add('zst-two-frames', async (needle) =>
    bytes(await zstd(needle.subarray(0, 30)), await zstd(needle.subarray(30))),
  );
  add('zst-skippable-between', async (needle) =>
    bytes(
      await zstd(needle.subarray(0, 9)),
      fromHex('5a2a4d1803000000'),
      'abc',
      await zstd(needle.subarray(9)),
    ),
  );
  add('lz4-two-frames', async (needle) =>
    bytes(await lz4(needle.subarray(0, 30)), await lz4(needle.subarray(30))),
  );
  piped('lz4-no-checksums', 'lz4', 'lz4 -q --no-frame-crc -c');
  piped('lz4-linked-blocks', 'lz4', 'lz4 -q -BD -9 -c');
  add('lzip-members', async (needle) =>
    bytes(await lzip(needle.subarray(0, 30)), await lzip(needle.subarray(30))),
  );
  add('gz-in-bz2-in-xz', async (needle) => xz(await bzip2(gzipSync(needle))));
  add('uu-of-gz', (needle) => bytes(uuencoded(gzipSync(needle), 'eicar.gz', '\n')));
  add('base64-of-uuencode', (needle) =>
    bytes(`begin-base64 644 eicar.com\n${needle.toString('base64')}\n====\n`),
  );
});
