import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import {
  type Piece,
  be16,
  be32,
  bytes,
  fromHex,
  le16,
  le32,
  le64,
  noise,
  padded,
  utf16,
  zeros,
} from '../layouts/byte-layout.js';
import { rar4, vint } from '../layouts/rar-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { oneEntryZip, zipOf } from '../layouts/zip-layout.js';
import { compressZ, lz4, lzip, lzmaAlone, lzop } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { arMember } from './archives.js';
import { fullZip } from './intruder-texts.js';

const carrier = { endsAnywhere: 'what it is in does not say how long it is' };
const closed = { said: 'recognised, and not opened' };
const script = { endsAnywhere: 'what stands in front is a script of its own' };
const disc = { endsAnywhere: { 50: 'half of it is the empty area in front' } };
const hello = Buffer.from('hello\n');

function rar5Block(body: Buffer): Buffer {
  const header = bytes(vint(body.length), body);
  return bytes(le32(crc32(header)), header);
}
const rar5Data = (type: number, flags: number, name: string, content: Buffer, extra: Buffer): Buffer =>
  bytes(
    rar5Block(
      bytes(
        ...[
          vint(type),
          vint(flags),
          ...(extra.length > 0 ? [vint(extra.length)] : []),
          vint(content.length),
          vint(4),
        ],
        ...[
          vint(content.length),
          vint(0x20),
          le32(crc32(content)),
          vint(0),
          vint(0),
          vint(name.length),
          name,
          extra,
        ],
      ),
    ),
    content,
  );
const rar4Data = (type: number, flags: number, name: string, content: Buffer, more: Piece): Buffer => {
  const block = bytes(
    [type],
    le16(0x8000 | flags, 32 + name.length + bytes(more).length),
    le32(content.length, content.length),
    [2],
    le32(crc32(content), 0x5a210000),
    [29, 0x30],
    le16(name.length),
    le32(0x20),
    name,
    more,
  );
  return bytes(le16(crc32(block) & 0xffff), block, content);
};

/** Least significant bit first. */
function packedBits(values: readonly (readonly [value: number, bits: number])[]): Buffer {
  const bits = values.flatMap(([value, count]) =>
    Array.from({ length: count }, (_, at) => (value >> at) & 1),
  );
  const out = zeros(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) out[at >> 3] = (out[at >> 3] ?? 0) | (bit << (at & 7));
  return out;
}
const shrunk = (content: Buffer): Buffer => packedBits([...content].map((byte) => [byte, 9] as const));
const reduced = (content: Buffer): Buffer => bytes(zeros(192), content);
const imploded = (content: Buffer): Buffer =>
  bytes(
    [3, 0xf5, 0xf5, 0xf5, 0xf5],
    [3, 0xf5, 0xf5, 0xf5, 0xf5],
    packedBits(
      [...content].flatMap(
        (byte) =>
          [
            [1, 1],
            [byte, 8],
          ] as const,
      ),
    ),
  );

const cab = (needle: Buffer, { reserved = 0, isSecond = false } = {}): Buffer => {
  const before = isSecond ? 'first.cab\0disk 1\0' : '';
  const folders = 36 + before.length;
  const entry = bytes(le32(needle.length, 0), le16(isSecond ? 0xfffd : 0, 0x5a21, 0, 0x20), 'eicar.com\0');
  const data = bytes(le32(0), le16(needle.length, needle.length), needle);
  const at = folders + 8 + entry.length;
  return bytes(
    'MSCF',
    le32(reserved, at + data.length, 0, folders + 8, 0),
    [3, 1],
    le16(1, 1, isSecond ? 1 : 0, 1, 0),
    before,
    le32(at),
    le16(1, 0),
    entry,
    data,
  );
};

export const intruderArchiveKinds = kindsOf('archive', 'further', (add) => {
  const rar5Head = bytes('Rar!\x1a\x07\x01\0', rar5Block(bytes(vint(1), vint(0), vint(0))));
  const rar5End = rar5Block(bytes(vint(5), vint(0), vint(0)));
  const stream = bytes([7], ':eicar.com');
  add('rar5-alternate-stream', (needle) =>
    bytes(
      rar5Head,
      rar5Data(2, 2, 'readme.txt', hello, bytes('')),
      rar5Data(3, 0x23, 'STM', needle, bytes(vint(stream.length), stream)),
      rar5End,
    ),
  );
  add('rar4-alternate-stream', (needle) => {
    const main = bytes([0x73], le16(0, 13), zeros(6));
    const end = bytes([0x7b], le16(0x4000, 7));
    return bytes(
      'Rar!\x1a\x07\0',
      ...[le16(crc32(main) & 0xffff), main],
      rar4Data(0x74, 0, 'readme.txt', hello, ''),
      rar4Data(0x7a, 0, 'STM', needle, utf16(':eicar.com')),
      ...[le16(crc32(end) & 0xffff), end],
    );
  });
  add('rar4-behind-comment', (needle) => {
    const whole = rar4(needle);
    return bytes(whole.subarray(0, 20), rar4Data(0x7a, 0, 'CMT', hello, ''), whole.subarray(20));
  });
  add('cab-reserved-not-zero', (needle) => cab(needle, { reserved: 0x12345678 }));
  add('cab-second-of-two', (needle) => cab(needle, { isSecond: true }), {
    said: 'its file begins in another volume',
  });
  add('gz-of-before-1992', (needle) => {
    const packed = gzipSync(needle);
    packed[1] = 0x9e;
    return packed;
  });
  add('lzma-86', async (needle) => bytes([0], await lzmaAlone(needle)), { ...carrier });
  add('deb-lzma', async (needle) =>
    bytes(
      '!<arch>\n',
      arMember('debian-binary', '2.0\n'),
      arMember('control.tar.gz', gzipSync(tarOf([['control', hello]]))),
      arMember('data.tar.lzma', await lzmaAlone(tarOf([['eicar.com', needle]]))),
    ),
  );
  add('cpio-afio-large', (needle) => {
    const entry = (name: string, content: Buffer): Buffer => {
      const hex = (value: number, digits: number): string =>
        value.toString(16).toUpperCase().padStart(digits, '0');
      return bytes(
        `070727${hex(1, 8)}${hex(2, 16)}m${hex(0o100644, 6)}${hex(0, 8)}${hex(0, 8)}${hex(1, 8)}${hex(0, 8)}${hex(0x65000000, 16)}n${hex(name.length + 1, 4)}${hex(0, 4)}0000s${hex(content.length, 16)}:`,
        `${name}\0`,
        content,
      );
    };
    return bytes(entry('eicar.com', needle), entry('TRAILER!!!', bytes('')));
  });
  for (const [name, pack] of Object.entries({ lz4, lzop, compress: compressZ, lzip }))
    add(
      `script-with-${name}`,
      async (needle) => behindScript(await pack(tarOf([['eicar.com', needle]]))),
      carrier,
    );
  add('script-with-bzip3', () => behindScript(bytes('BZ3v1', le32(1 << 20), noise(120, 200))), {
    ...closed,
    ...script,
  });
  add(
    'script-with-openssl',
    () => behindScript(bytes(inLines(bytes('Salted__', noise(121, 200)).toString('base64')))),
    { said: 'encrypted', ...script },
  );
  add(
    'script-with-gpg',
    () =>
      behindScript(
        bytes(
          `-----BEGIN PGP MESSAGE-----\n\n${inLines(bytes([0x8c, 0x0d, 4, 9, 3, 8], noise(122, 9), [0xd2, 0xc0, 0x10], noise(123, 208)).toString('base64'))}-----END PGP MESSAGE-----\n`,
        ),
      ),
    {
      said: 'encrypted',
      ...script,
    },
  );
  add('ace-behind-program', (needle) => bytes(program(), noise(124, 7), '**ACE**', noise(125, 40), needle), {
    ...closed,
    endsAnywhere: 'what stands in front is a program of its own',
  });
  const installers: Readonly<Record<string, Buffer>> = {
    'inno-setup': bytes(
      'rDlPtS\xcd\xe6\xd7\x7b\x0b\x2a',
      le32(1, 99, 5000),
      padded('Inno Setup Setup Data (6.2.0) (u)', 64),
      noise(126, 400),
      'zlb\x1a',
      noise(127, 400),
    ),
    'installshield-stream': bytes(
      'ISSetupStream\0',
      le16(2, 4),
      zeros(30),
      utf16('setup.inx'),
      noise(128, 900),
    ),
    'installshield-old-stream': bytes('InstallShield\0', le16(2), zeros(30), 'setup.inx\0', noise(129, 900)),
    'setup-factory': bytes(fromHex('e0e1e2e3e4e5e6e7'), zeros(10), noise(130, 900)),
    'ghost-installer': bytes('GIPENDMSCF', noise(131, 900)),
  };
  for (const [name, overlay] of Object.entries(installers))
    add(name, () => bytes(program(), overlay), {
      ...closed,
      endsAnywhere: 'what stands in front is a program of its own',
    });
  add(
    'nuitka-one-file',
    async (needle) =>
      bytes(program(), 'KAX', utf16('main.dll\0'), le64(fullZip(needle).length), fullZip(needle), zeros(2)),
    carrier,
  );
  const others: Readonly<Record<string, Buffer>> = {
    'disk-doubler': bytes(fromHex('abcd0054'), noise(132, 400)),
    'norton-ghost': bytes([0xfe, 0xef, 1, 3, 0, 0], noise(134, 1900)),
    'acronis-image': bytes(fromHex('ce24b9a220000000'), noise(135, 900)),
    'gburner-image': bytes('GBI\0', noise(136, 900)),
    'magiciso-image': bytes(noise(137, 900), 'bbis', le32(0x30), noise(138, 56)),
    'alpine-database': bytes('ADBd', deflateRawSync(bytes('ADB.pckg', noise(139, 300), zeros(300)))),
    'ppmd-file': bytes(fromHex('8fafac84'), le32(0x20), noise(140, 300)),
  };
  for (const [name, content] of Object.entries(others))
    add(name, () => content, {
      ...closed,
      ...(name === 'magiciso-image' && { endsAnywhere: 'it says so in its last bytes' }),
    });
});

const inLines = (encoded: string): string => `${(encoded.match(/.{1,64}/g) ?? []).join('\n')}\n`;
const behindScript = (packed: Buffer): Buffer =>
  bytes(
    '#!/bin/sh\n',
    '# a line of a long script that unpacks itself\n'.repeat(200),
    'tail -n +203 "$0" | unpack\nexit 0\n',
    packed,
  );

/** A program for Windows without code. */
export function program(
  code: Buffer = noise(142, 64).map((byte) => byte & 0x3f) as Buffer,
  directory14: readonly number[] = [0, 0],
): Buffer {
  const raw = padded(code, Math.ceil(code.length / 512) * 512);
  const optional = bytes(
    le16(0x10b),
    [8, 0],
    le32(raw.length, 0, 0, 0x2000, 0x2000, 0x4000, 0x400000, 0x2000, 0x200),
    le16(4, 0, 0, 0, 4, 0),
    le32(0, 0x2000 + Math.ceil(raw.length / 0x2000) * 0x2000, 0x200, 0),
    le16(3, 0x8540),
    le32(0x100000, 0x1000, 0x100000, 0x1000, 0, 16),
    zeros(14 * 8),
    le32(...directory14),
    zeros(8),
  );
  const head = bytes(
    padded('MZ', 60),
    le32(64),
    'PE\0\0',
    le16(0x14c, 1),
    le32(0, 0, 0),
    le16(optional.length, 0x102),
    optional,
    padded('.text', 8),
    le32(raw.length, 0x2000, raw.length, 0x200, 0, 0, 0, 0x60000020),
  );
  return bytes(padded(head, 0x200), raw);
}

export const intruderZipKinds = kindsOf('zip', 'further', (add) => {
  add('zip-shrunk', (needle) => oneEntryZip(needle, { packed: shrunk(needle), method: 1 }));
  add('zip-reduced', (needle) => oneEntryZip(needle, { packed: reduced(needle), method: 2 }), {
    said: 'a method of before 1990, which 7-Zip has not',
  });
  add('zip-imploded', (needle) => oneEntryZip(needle, { packed: imploded(needle), method: 6 }));
  add('zip-imploded-by-library', (needle) => oneEntryZip(needle, { packed: noise(143, 80), method: 10 }), {
    said: 'a method that nothing here unpacks',
  });
});

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

const both16 = (value: number): Buffer => bytes(le16(value), be16(value));
const both32 = (value: number): Buffer => bytes(le32(value), be32(value));
function isoRecord(name: Piece, sector: number, size: number, flags: number): Buffer {
  const text = bytes(name);
  const body = bytes(
    [0],
    both32(sector),
    both32(size),
    [120, 1, 1, 0, 0, 0, 0, flags, 0, 0],
    both16(1),
    [text.length],
    text,
    text.length % 2 === 0 ? [0] : '',
  );
  return bytes([body.length + 1], body);
}
/** Sectors from 18 on: the table of paths, the root, then as given. */
function iso(root: readonly Buffer[], paths: Buffer, sectors: readonly Buffer[]): Buffer {
  const self = (name: string, sector: number): Buffer => isoRecord(name, sector, 2048, 2);
  const volume = bytes(
    '\x01CD001\x01\0',
    ' '.repeat(32),
    padded('DISC', 32, 32),
    zeros(8),
    both32(19 + 1 + sectors.length),
    zeros(32),
    both16(1),
    both16(1),
    both16(2048),
    both32(paths.length),
    le32(18, 0),
    be32(0, 0),
    self('\0', 19),
    ' '.repeat(623),
    '0'.repeat(68),
    [1, 0],
  );
  return bytes(
    zeros(16 * 2048),
    padded(volume, 2048),
    padded('\xffCD001\x01', 2048),
    padded(paths, 2048),
    padded(bytes(self('\0', 19), self('\x01', 19), ...root), 2048),
    ...sectors.map((sector) => padded(sector, 2048)),
    zeros(4096),
  );
}
const pathOf = (name: string, sector: number, parent: number): Buffer =>
  bytes([name.length, 0], le32(sector), le16(parent), name, name.length % 2 === 1 ? [0] : '');

export const intruderImageKinds = kindsOf('image', 'further', (add) => {
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
  add(
    'iso-associated-file',
    (needle) =>
      iso(
        [isoRecord('A.TXT;1', 20, needle.length, 4), isoRecord('A.TXT;1', 21, hello.length, 0)],
        pathOf('\0', 19, 1),
        [needle, hello],
      ),
    disc,
  );
  add(
    'iso-only-in-path-table',
    (needle) =>
      iso([isoRecord('A.TXT;1', 20, hello.length, 0)], bytes(pathOf('\0', 19, 1), pathOf('HIDDEN', 21, 1)), [
        hello,
        bytes(
          isoRecord('\0', 21, 2048, 2),
          isoRecord('\x01', 19, 2048, 2),
          isoRecord('EICAR.COM;1', 22, needle.length, 0),
        ),
        needle,
      ]),
    disc,
  );
  add(
    'iso-hidden-flag',
    (needle) => iso([isoRecord('EICAR.COM;1', 20, needle.length, 1)], pathOf('\0', 19, 1), [needle]),
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
      return iso([record], pathOf('\0', 19, 1), [
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
