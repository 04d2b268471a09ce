import { deflateSync, gzipSync } from 'node:zlib';
import { be16, be32, bytes, le16, le32, le64, noise, padded, zeros } from '../layouts/byte-layout.js';
import { tarEnd, tarMember, tarOf } from '../layouts/tar-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { carrier, closed } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { lhaChecksum } from './archives.js';

const longZip = zipWithNoise(61);

export const fileInRecordKinds = kindsOf('archive', 'further', (add) => {
  add(
    'lha-level-3',
    (needle) => {
      const name = bytes(le32(14), [1], 'eicar.com');
      const head = bytes(
        le16(4),
        '-lh0-',
        le32(needle.length, needle.length, 0x5a215a21),
        [0x20, 3],
        le16(lhaChecksum(needle)),
        'M',
        le32(32 + name.length),
        name.subarray(0),
        le32(0),
      );
      return bytes(head, needle, [0]);
    },
    { said: 'headers of this level are recognised and not opened' },
  );
  add(
    'mozilla-archive',
    (needle) => {
      const index = bytes(be32(8, needle.length, 0x1a4), 'eicar.com\0');
      return bytes('MAR1', be32(8 + needle.length), needle, be32(index.length), index);
    },
    carrier,
  );
  add('jar-of-arj', () => bytes(noise(66, 14), '\x1aJar\x1b', noise(67, 200)), closed);
  for (const [name, head] of Object.entries({
    'backup-file': bytes('TAPE', zeros(16), noise(68, 900)),
    packit: bytes('PMag', noise(69, 300)),
    'amiga-dms': bytes('DMS!', noise(70, 400)),
    'amiga-lzx': bytes('LZX\0', noise(71, 400)),
    nufile: bytes(Buffer.from('4ef546e96ce5', 'hex'), noise(72, 400)),
    partclone: bytes('partclone-image\0', noise(73, 400)),
    fsarchiver: bytes('FsArCh_002', noise(74, 400)),
    'btrfs-send': bytes('btrfs-stream\0', le32(1), noise(75, 400)),
    xfsdump: bytes('xFSdump0', noise(76, 400)),
    ntfsclone: bytes('\0ntfsclone-image', noise(77, 400)),
    aff: bytes('AFF10\r\n\0', noise(78, 400)),
    'borg-segment': bytes('BORG_SEG', noise(79, 400)),
    gca: bytes('GCAX', noise(80, 400)),
    dgca: bytes('DGCA', noise(81, 400)),
    blindwrite: bytes('BWT5 STREAM SIGN', noise(82, 400)),
    'squashed-amiga': bytes('PP20', [9, 10, 11, 11], noise(83, 400)),
  }))
    add(name, () => head, closed);
  add('ext-dump', () => bytes(le32(1), zeros(20), le32(60012), zeros(484), noise(84, 2600)), closed);
  add('tar-gnu-volume-label', (needle) =>
    tarEnd(bytes(tarMember('label', '', { type: 'V' }), tarMember('eicar.com', needle))),
  );
  add('tar-base-256-size', (needle) =>
    tarOf([['eicar.com', needle]], { sizeField: bytes([0x80], zeros(7), be32(needle.length)) }),
  );
  add('tar-in-zlib', (needle) => deflateSync(tarOf([['eicar.com', needle]])), carrier);
  add(
    'cpio-afio-like-dump',
    (needle) => bytes(le32(0x1a2b3c4d), zeros(28), longZip(needle), noise(85, 50)),
    carrier,
  );
  add(
    'mobi-record',
    (needle) =>
      bytes(
        padded('book', 32),
        zeros(28),
        'BOOKMOBI',
        zeros(8),
        be16(1),
        be32(100),
        zeros(20),
        longZip(needle),
        noise(86, 300),
      ),
    carrier,
  );
  add(
    'woff-metadata',
    (needle) => bytes('wOFF', be32(0x10000, 400), zeros(28), noise(87, 200), deflateSync(longZip(needle))),
    carrier,
  );
  add(
    'registry-hive-value',
    (needle) =>
      bytes('regf', zeros(4092), 'hbin', zeros(28), le32(0xffffff00), longZip(needle), noise(88, 500)),
    carrier,
  );
  add(
    'disk-mirror-super-block',
    (needle) => bytes(le64(0), zeros(4088), le32(0xa92b4efc, 1), zeros(600), longZip(needle), zeros(200)),
    carrier,
  );
  add(
    'hdf5-chunk',
    (needle) => bytes('\x89HDF\r\n\x1a\n', noise(89, 300), deflateSync(bytes(needle)), noise(90, 60)),
    carrier,
  );
  add(
    'parquet-gzip-page',
    (needle) => bytes('PAR1', noise(91, 40), gzipSync(needle), noise(92, 60), le32(50), 'PAR1'),
    carrier,
  );
});
