import {
  type Piece,
  be16,
  be32,
  bytes,
  fromHex,
  le16,
  le32,
  noise,
  padded,
  zeros,
} from '../layouts/byte-layout.js';
import { fat12 } from '../layouts/fat-layout.js';
import { both32, iso, isoPath, isoRecord } from '../layouts/iso-layout.js';
import { zipOf } from '../layouts/zip-layout.js';
import { carrier, closed } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const disc = { endsAnywhere: { 50: 'half of it is the empty area in front' } };
const hello = Buffer.from('hello\n');

/** Apple's partition map around one partition. */
function appleMap(partition: Buffer, type: string): Buffer {
  const entry = (start: number, count: number, name: string, kind: string): Buffer =>
    padded(
      bytes('PM', be16(0), be32(2, start, count), padded(name, 32), padded(kind, 32), be32(0, count, 0x33)),
      512,
    );
  const blocks = partition.length / 512;
  return bytes(
    padded(bytes('ER', be16(512), be32(64 + blocks)), 512),
    entry(1, 63, 'Apple', 'Apple_partition_map'),
    entry(64, blocks, 'disk image', type),
    zeros(61 * 512),
    partition,
  );
}

/** Apple's growing image: bands of four kilobytes, the last first. */
function sparseImage(disk: Buffer): Buffer {
  const bands = Array.from({ length: disk.length / 4096 }, (_, at) => at)
    .filter((at) => disk.subarray(at * 4096, at * 4096 + 4096).some((byte) => byte !== 0))
    .reverse();
  const head = bytes('sprs', be32(3, 8, 1, disk.length / 512), zeros(44), be32(...bands.map((at) => at + 1)));
  return bytes(padded(head, 4096), ...bands.map((at) => disk.subarray(at * 4096, at * 4096 + 4096)));
}

export const appleDiskKinds = kindsOf('image', 'further', (add) => {
  add('apple-map-fat', (needle) => appleMap(fat12(needle), 'DOS_FAT_12'));
  add('apple-sparse-image', (needle) => sparseImage(fat12(needle)));
  add(
    'img-fat12-no-boot-mark',
    (needle) => {
      const disk = fat12(needle);
      disk.writeUInt16LE(0, 510);
      return disk;
    },
    carrier,
  );
});

/** What a folder of a disc can say, and what it leaves out. */
export const isoFolderKinds = kindsOf('image', 'further', (add) => {
  add(
    'iso-associated-file',
    (needle) =>
      iso(
        [isoRecord('A.TXT;1', 20, needle.length, 4), isoRecord('A.TXT;1', 21, hello.length, 0)],
        isoPath('\0', 19, 1),
        [needle, hello],
      ),
    disc,
  );
  add(
    'iso-only-in-path-table',
    (needle) =>
      iso(
        [isoRecord('A.TXT;1', 20, hello.length, 0)],
        bytes(isoPath('\0', 19, 1), isoPath('HIDDEN', 21, 1)),
        [
          hello,
          bytes(
            isoRecord('\0', 21, 2048, 2),
            isoRecord('\x01', 19, 2048, 2),
            isoRecord('EICAR.COM;1', 22, needle.length, 0),
          ),
          needle,
        ],
      ),
    disc,
  );
  add(
    'iso-hidden-flag',
    (needle) => iso([isoRecord('EICAR.COM;1', 20, needle.length, 1)], isoPath('\0', 19, 1), [needle]),
    disc,
  );
  add(
    'iso-interleaved',
    (needle) => {
      const record = isoRecord('A.ZIP;1', 20, 2048 + 900, 0);
      record[26] = 1;
      record[27] = 1;
      const file = bytes(
        zipOf([
          ['readme.bin', noise(144, 1800)],
          ['eicar.com', needle],
        ]),
        noise(145, 948),
      );
      return iso([record], isoPath('\0', 19, 1), [
        file.subarray(0, 2048),
        noise(146, 2048),
        file.subarray(2048),
      ]);
    },
    { heldTwin: 'sectors of something else stand between its own', ...disc },
  );
  add(
    'iso-high-sierra',
    (needle) =>
      bytes(
        zeros(32_768),
        both32(16),
        '\x01CDROM\x01',
        zeros(2033),
        zeros(8),
        '\xffCDROM\x01',
        zeros(2033),
        needle,
        zeros(4000),
      ),
    { ...closed, ...disc },
  );
});

/** Recognised, and not opened. */
export const closedFileSystemKinds = kindsOf('image', 'further', (add) => {
  const fileSystems: Readonly<Record<string, readonly [number, Piece]>> = {
    'amiga-disk': [0, bytes('DOS\x01', noise(147, 8))],
    ocfs2: [0x2000, 'OCFSV2\0\0'],
    hpfs: [0x2000, fromHex('49e895f9c5e953fa')],
    befs: [512 + 32, '1SFB'],
    gfs2: [0x10000, fromHex('0116197000000001')],
    'reiser-4': [0x10000, 'ReIsEr4\0'],
    bcachefs: [4096 + 24, fromHex('c68573f64e1a45ca8265f57f48ba6d81')],
    nilfs2: [1024, bytes(le32(2), le16(0, 0x3434), le16(280, 0))],
    'minix-3': [
      1024,
      bytes(le32(64), le16(0, 2, 2, 5, 0, 0), le32(0x7fffffff, 100), le16(0x4d5a, 0, 4096), [0]),
    ],
    'system-deployment': [0, '$SDI0001'],
  };
  for (const [name, [at, magic]] of Object.entries(fileSystems))
    add(
      name,
      () => {
        const disk = bytes(zeros(at), magic);
        const size = name === 'amiga-disk' ? 901_120 : at + 16_384;
        return bytes(disk, noise(148, 600), zeros(size - disk.length - 600));
      },
      { ...closed, endsAnywhere: 'blocks without a mark' },
    );
});
