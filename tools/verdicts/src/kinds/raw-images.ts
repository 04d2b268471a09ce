import { deflateRawSync, deflateSync } from 'node:zlib';
import { bytes, le16, le32, padded, zeros } from '../layouts/byte-layout.js';
import { closed } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

export const rawImageKinds = kindsOf('image', 'further', (add) => {
  const iso = (needle: Buffer): Promise<Buffer> =>
    madeBy({
      needs: ['genisoimage'],
      files: { 'in/eicar.com': needle },
      script: 'genisoimage -quiet -J -o o.iso in',
      out: 'o.iso',
    });
  const rawSectors = (image: Buffer, head: Buffer, behind: number): Buffer =>
    bytes(
      ...Array.from({ length: Math.ceil(image.length / 2048) }, (_, sector) =>
        bytes(head, padded(image.subarray(sector * 2048, sector * 2048 + 2048), 2048), zeros(behind)),
      ),
    );
  const sync = bytes([0], Buffer.alloc(10, 255), [0]);
  add('cd-raw-mode-1', async (needle) => rawSectors(await iso(needle), bytes(sync, [0, 2, 0, 1]), 288));
  add('cd-raw-mode-2', async (needle) =>
    rawSectors(await iso(needle), bytes(sync, [0, 2, 0, 2], zeros(8)), 280),
  );
  add('exfat', (needle) => exfat(needle), {
    said: 'exFAT is recognised and not opened',
    endsAnywhere: 'sectors without a mark',
  });
  add(
    'ciso',
    (needle) => bytes('CISO', le32(24, 4096, 0, 2048), [1, 0, 0, 0], le32(32, 32), deflateRawSync(needle)),
    closed,
  );
  add('isz', (needle) => bytes('IsZ!', [64, 1], zeros(58), deflateSync(needle)), closed);
  add('daa', (needle) => bytes('DAA\0', zeros(72), deflateRawSync(needle)), closed);
  add('ewf', (needle) => bytes('EVF\x09\x0d\x0a\xff\x00\x01', le16(1, 0), deflateSync(needle)), closed);
  add('pst', (needle) => bytes('!BDN', zeros(4), 'SM', le16(23, 19), zeros(500), needle), closed);
  add('dbx', (needle) => bytes([0xcf, 0xad, 0x12, 0xfe], zeros(500), needle), closed);
});

/** Boot sector, table, root folder, one file: just enough to be one. */
function exfat(needle: Buffer): Buffer {
  const boot = padded(
    bytes(
      [0xeb, 0x76, 0x90],
      'EXFAT   ',
      zeros(53),
      zeros(8),
      le32(256, 0, 24, 8, 32, 24, 4, 1),
      le16(0x100, 0),
      [9, 0, 1, 0x80, 0],
    ),
    510,
  );
  return bytes(boot, [0x55, 0xaa], zeros(32 * 512 - 512), padded(needle, 4096), zeros(100_000));
}
