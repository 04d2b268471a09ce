import { bytes, le16, le32, padded, zeros } from '../layouts/byte-layout.js';

/** A file system of DOS with one file. */
export function fat12(needle: Buffer): Buffer {
  const boot = bytes(
    [0xeb, 0x3c, 0x90],
    'MSDOS5.0',
    le16(512),
    [1],
    le16(1),
    [1],
    le16(16, 64),
    [0xf8],
    le16(1, 32, 2),
    le32(0, 0),
    [0x80, 0, 0x29],
    le32(77),
    'NO NAME    FAT12   ',
  );
  const table = [0xf8, 0xff, 0xff, 0xff, 0x0f];
  const folder = bytes('EICAR   COM', [0x20], zeros(14), le16(2), le32(needle.length));
  return padded(
    bytes(padded(boot, 510), [0x55, 0xaa], padded(table, 512), padded(folder, 512), needle),
    64 * 512,
  );
}
