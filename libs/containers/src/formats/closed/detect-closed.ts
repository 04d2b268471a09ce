import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';

type Magic = readonly [offset: number, text: string, mime: string];

/** Certainly containers, and nothing here opens them. Bytes as Latin-1. */
const magics: readonly Magic[] = [
  [7, '**ACE**', 'application/x-ace-compressed'],
  [0, 'RE~^', 'application/x-rar-1.4'],
  [0, 'RZIP\x02', 'application/x-rzip'],
  [0, 'LRZI\0', 'application/x-lrzip'],
  [20, '\xdc\xa7\xc4\xfd', 'application/x-zoo'],
  [0, 'KWAJ\x88\xf0\x27\xd1', 'application/x-ms-compress-kwaj'],
  [0, 'ALZ\x01', 'application/x-alz'],
  [0, 'EGGA\0\x01', 'application/x-egg'],
  [0, 'StuffIt (c)1997-', 'application/x-stuffit'],
  [10, 'rLau', 'application/x-stuffit'],
  [0, '7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3', 'application/x-zpaq'],
  [0, 'zPQ\x01', 'application/x-zpaq'],
  [0, 'zPQ\x02', 'application/x-zpaq'],
  [0, '\xff\x06\0\0sNaPpY', 'application/x-snappy-framed'],
  [0, 'bvx1', 'application/x-lzfse'],
  [0, 'bvx2', 'application/x-lzfse'],
  [0, 'bvx-', 'application/x-lzfse'],
  [0, 'bvxn', 'application/x-lzfse'],
  [0, 'UHA\x06', 'application/x-uharc'],
  [0, 'KGB_arch', 'application/x-kgb'],
  [0, 'ISc(', 'application/x-installshield-cab'],
  [8, '\x19\x04\0\x10', 'application/vnd.symbian.install'],
  [0, '\x7a\x1a\x20\x10', 'application/vnd.symbian.install'],
  [0, '-rom1fs-', 'application/x-romfs'],
  [0, 'XFSB\0\0', 'application/x-xfs-image'],
  ...[
    '\x85\x19\x01\xe0',
    '\x85\x19\x02\xe0',
    '\x85\x19\x03\x20',
    '\x19\x85\xe0\x01',
    '\x19\x85\xe0\x02',
    '\x19\x85\x20\x03',
  ].map((text): Magic => [0, text, 'application/x-jffs2-image']),
  [0, 'UBI#\x01', 'application/x-ubi'],
  [0, '\x31\x18\x10\x06', 'application/x-ubifs-image'],
  [1024, '\xe2\xe1\xf5\xe0', 'application/x-erofs'],
  [1024, '\x10\x20\xf5\xf2', 'application/x-f2fs'],
  [0x10040, '_BHRfS_M', 'application/x-btrfs-image'],
  [0, 'CISO\x18\0\0\0', 'application/x-compressed-iso'],
  [0, 'CISO\0\0\0\0', 'application/x-compressed-iso'],
  [0, 'IsZ!@', 'application/x-compressed-iso'],
  [0, 'ZISO\x18\0\0\0', 'application/x-compressed-iso'],
  [0, 'DAA\0', 'application/x-compressed-iso'],
  [0, 'ECM\0', 'application/x-compressed-iso'],
  [0, 'MComprHD', 'application/x-compressed-iso'],
  [0, 'EVF\x09\x0d\x0a\xff\0', 'application/x-ewf-image'],
  [0, 'EVF2\x0d\x0a\x81\0', 'application/x-ewf-image'],
  [0, '!BDN', 'application/vnd.ms-outlook-pst'],
  [0, '\xcf\xad\x12\xfe', 'application/x-outlook-express-dbx'],
  [3, 'EXFAT   \0', 'application/x-exfat-image'],
  [3, 'ReFS\0', 'application/x-refs-image'],
  [0, 'QED\0', 'application/x-qed-image'],
  [0, 'WithoutFreeSpace', 'application/x-parallels-image'],
  [0, 'WithouFreSpacExt', 'application/x-parallels-image'],
  [0, '# Disk DescriptorFile', 'application/x-vmdk-descriptor'],
  [0, '!<thin>\n', 'application/x-archive'],
  // Before its format was fixed.
  ...['\x1e', '\x22', '\x23', '\x24', '\x25', '\x26', '\x27'].map((version): Magic => [
    0,
    `${version}\xb5\x2f\xfd`,
    'application/zstd',
  ]),
  [0, 'ArC\x01', 'application/x-freearc'],
  [0, 'UC2\x1a', 'application/x-ultra-compressor'],
  [7, '-sqx-', 'application/x-sqx'],
  ...['\x01', '\x02', '\x03'].map((version): Magic => [0, `DWARFS${version}`, 'application/x-dwarfs']),
  ...['\0', '\x01', '\x02', '\x03', '\x04', '\x05'].map((profile): Magic => [
    0,
    `AEA1${profile}\0\0`,
    'application/x-apple-archive',
  ]),
  ...['pbze', 'pbzz', 'pbz4', 'pbz2', 'pbz-'].map((text): Magic => [
    0,
    `${text}\0\0`,
    'application/x-apple-archive',
  ]),
  [0, 'SZ \x88\xf0\x27\x33\xd1', 'application/x-ms-compress-szdd'],
  [0, 'flatpak\0\x01\0\x89\xe5', 'application/vnd.flatpak'],
  [0, 'WLPWM\0\0\0', 'application/x-ms-wim'],
  [8, 'nix-archive-1\0', 'application/x-nix-archive'],
  [0, 'COWD\x01\0\0\0', 'application/x-vmdk-disk'],
  [0, 'MEDIA DESCRIPTOR\x02', 'application/x-daemon-tools-image'],
  [0, '<bigaf>\n', 'application/x-archive'],
  [0, '<aiaff>\n', 'application/x-archive'],
  [0, '\x1a\0\0\x04\0\0', 'application/vnd.lotus-notes'],
  [0, '\xca\xfe\xd0\x0d', 'application/x-java-pack200'],
  // XML in EBCDIC, which some parsers read.
  [0, '\x4c\x6f\xa7\x94\x93', 'application/xml'],
  [0, 'HWP Document File V', 'application/x-hwp'],
  [512, 'LABELONE', 'application/x-lvm2'],
  [0x8000, 'JFS1', 'application/x-jfs-image'],
  ...['ReIsErFs', 'ReIsEr2Fs', 'ReIsEr3Fs'].map((text): Magic => [
    0x10034,
    text,
    'application/x-reiserfs-image',
  ]),
  [0x1055c, '\x19\x01\x54\x19', 'application/x-ufs-image'],
  [0x255c, '\x54\x19\x01\0', 'application/x-ufs-image'],
  [0x20000, '\x0c\xb1\xba\0\0\0\0\0', 'application/x-zfs-image'],
  // Archives of the eighties and nineties.
  [14, '\x1aJar\x1b', 'application/x-arj-jar'],
  [0, 'DMS!', 'application/x-amiga-dms'],
  [0, '\x4e\xf5\x46\xe9\x6c\xe5', 'application/x-nufile'],
  [0, 'PP20\x09', 'application/x-powerpacker'],
  [0, 'DGCA', 'application/x-dgca'],
  // Backups, and copies of file systems.
  [0, 'partclone-image\0', 'application/x-partclone-image'],
  [0, 'FsArCh_00', 'application/x-fsarchiver'],
  [0, 'btrfs-stream\0', 'application/x-btrfs-stream'],
  [0, 'xFSdump0', 'application/x-xfsdump'],
  [0, '\0ntfsclone-image', 'application/x-ntfsclone-image'],
  [0, 'AFF10\r\n\0', 'application/x-aff-image'],
  [0, 'BORG_SEG', 'application/x-borg'],
  [0, 'BWT5 STREAM SIGN', 'application/x-blindwrite-image'],
  [0, '\xce\x24\xb9\xa2\x20\0\0\0', 'application/x-acronis-image'],
  [0, '\xb4\x6e\x68\x44', 'application/x-acronis-image'],
  [0, 'GBI\0', 'application/x-compressed-iso'],
  [0, '$SDI0001', 'application/x-ms-sdi'],
  [0, '\xab\xcd\0\x54', 'application/x-disk-doubler'],
  [0, '\x8f\xaf\xac\x84', 'application/x-ppmd'],
  // File systems that hardly anyone sends.
  [0x8009, 'CDROM\x01', 'application/x-high-sierra-image'],
  [0x2000, 'OCFSV2\0\0', 'application/x-ocfs2-image'],
  [0x2000, '\x49\xe8\x95\xf9\xc5\xe9\x53\xfa', 'application/x-hpfs-image'],
  [544, '1SFB', 'application/x-befs-image'],
  [544, 'BFS1', 'application/x-befs-image'],
  [0x10000, '\x01\x16\x19\x70\0\0\0\x01', 'application/x-gfs2-image'],
  [0x10000, 'ReIsEr4\0', 'application/x-reiserfs-image'],
  [4120, '\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81', 'application/x-bcachefs-image'],
  [1024, '\x02\0\0\0\0\0\x34\x34', 'application/x-nilfs2-image'],
  // Behind a program, which installs it: what such a tail begins with.
  [0, 'ISSetupStream\0', 'application/x-installshield-stream'],
  [0, 'InstallShield\0', 'application/x-installshield-stream'],
  [0, '\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7', 'application/x-setup-factory'],
  [0, 'GIPENDMSCF', 'application/x-ghost-installer'],
  [0, 'zlb\x1a', 'application/x-inno-setup'],
  [0, 'idska32\x1a', 'application/x-inno-setup'],
];

/** Encrypted as a whole, and nothing tells what is inside. */
const sealedMagics: readonly Magic[] = [
  [0, 'LUKS\xba\xbe\0', 'application/x-luks'],
  [3, '-FVE-FS-', 'application/x-bitlocker'],
  [0, 'encrcdsa', 'application/x-apple-diskimage'],
  [0, 'age-encryption.org/v1\n', 'application/x-age-encryption'],
  [0, 'Salted__', 'application/x-openssl-encrypted'],
  // The same in base64.
  [0, 'U2FsdGVkX1', 'application/x-openssl-encrypted'],
  [0, '$ANSIBLE_VAULT;1.', 'application/x-ansible-vault'],
  [0, 'AES\x02\0', 'application/x-aes-crypt'],
  [0, '\xc0\xb9\x07\x2e\x4f\x93\xf1\x46\xa0\x15\x79\x2c\xa1\xd9\xe8\x21', 'application/x-axcrypt'],
  [0, '\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5', 'application/x-keepass'],
  [0, '\x03\xd9\xa2\x9a\x66\xfb\x4b\xb5', 'application/x-keepass'],
  [0, '\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5', 'application/x-keepass'],
  [0, 'scrypt\0', 'application/x-scrypt'],
  // A mail under rights management.
  [0, '\x76\xe8\x04\x60\xc4\x11\xe3\x86', 'application/x-microsoft-rpmsg-message'],
  ...['\0', '\x01', '\x02', '\x03'].map((version): Magic => [
    0,
    `.pfile${version}`,
    'application/x-rights-managed',
  ]),
];

const find = (table: readonly Magic[], bytes: Buffer) =>
  table.find(([offset, text]) => hasAt(bytes, offset, text));

export const closedDetection = {
  name: 'closed',
  nature: 'wrapper',
  detect(bytes) {
    const magic = find(magics, bytes);
    if (magic !== undefined) return { mime: magic[2], isCertain: true };
    if (isOldHfs(bytes)) return { mime: 'application/x-hfs-image', isCertain: true };
    if (isAppleArchive(bytes)) return { mime: 'application/x-apple-archive', isCertain: true };
    if (isPhar(bytes)) return { mime: 'application/x-php-archive', isCertain: true };
    if (isBinaryBehind(bytes)) return { mime: 'application/x-archive', isCertain: true };
    if (isExtDump(bytes)) return { mime: 'application/x-dump', isCertain: true };
    if (isStuffItX(bytes)) return { mime: 'application/x-stuffitx', isCertain: true };
    if (isBzip3(bytes)) return { mime: 'application/x-bzip3', isCertain: true };
    if (isGhostImage(bytes)) return { mime: 'application/x-ghost-image', isCertain: true };
    if (isAlpineDatabase(bytes)) return { mime: 'application/x-alpine-database', isCertain: true };
    if (isAmigaDisk(bytes)) return { mime: 'application/x-amiga-disk', isCertain: true };
    if (isMagicIso(bytes)) return { mime: 'application/x-compressed-iso', isCertain: true };
    if (isMinix(bytes)) return { mime: 'application/x-minix-image', isCertain: true };
    return isArc(bytes) ? { mime: 'application/x-arc', isCertain: true } : null;
  },
} as const satisfies ContainerDetection;

export const sealedDetection = {
  name: 'sealed',
  nature: 'wrapper',
  detect(bytes) {
    const magic = find(sealedMagics, bytes);
    if (magic !== undefined) return { mime: magic[2], isCertain: true };
    if (mcryptHead.test(bytes.toString('latin1', 0, 8)))
      return { mime: 'application/x-mcrypt', isCertain: true };
    // Apple's first encrypted images say so in their last bytes.
    const isOldImage = hasAt(bytes, bytes.length - 8, 'cdsaencr');
    return isOldImage ? { mime: 'application/x-apple-diskimage', isCertain: true } : null;
  },
} as const satisfies ContainerDetection;

/** Apple's old file system: its master block, by its magic, where its bitmap stands and how large its blocks are. */
function isOldHfs(bytes: Buffer): boolean {
  if (bytes.length < 1536 || !hasAt(bytes, 1024, 'BD')) return false;
  return bytes.readUInt16BE(1024 + 14) === 3 && bytes.readUInt32BE(1024 + 20) % 512 === 0;
}

const appleHeadBytes = 6;
/** Of a field, by what its key ends with: flags, numbers, the sizes of blobs, checksums, times. */
const appleFieldBytes: Readonly<Record<string, number>> = {
  '*': 0,
  1: 1,
  2: 2,
  4: 4,
  8: 8,
  A: 2,
  B: 4,
  C: 8,
  S: 8,
  T: 12,
  F: 4,
  G: 20,
  H: 32,
  I: 48,
  J: 64,
};

/** Apple's archive: its size, then fields to the end of it. Texts may begin with the same four letters. */
function isAppleArchive(bytes: Buffer): boolean {
  if (!hasAt(bytes, 0, 'AA01') && !hasAt(bytes, 0, 'YAA1')) return false;
  const end = bytes.length < appleHeadBytes ? 0 : bytes.readUInt16LE(4);
  if (end > bytes.length) return false;
  let at = appleHeadBytes;
  while (at + 4 <= end) {
    const [, type] = /^[A-Z0-9]{3}([*1248A-CF-JPST])$/.exec(bytes.toString('latin1', at, at + 4)) ?? [];
    if (type === undefined) return false;
    at += 4;
    if (type === 'P') at += at + 2 <= end ? 2 + bytes.readUInt16LE(at) : end;
    else at += appleFieldBytes[type] ?? 0;
  }
  return at === end && at > appleHeadBytes;
}

const haltCompiler = Buffer.from('__HALT_COMPILER();');
const tableHeadBytes = 18;
const leastEntryBytes = 24;

/**
 * PHP's archive: its mark, the first of which counts, then the table of its files in binary as PHP wants it. What
 * stands in front PHP does not look at: archives that are pictures as well are known of attacks.
 */
function isPhar(bytes: Buffer): boolean {
  const at = bytes.indexOf(haltCompiler);
  if (at < 0) return false;
  const behind = at + haltCompiler.length;
  const close = /^(?:[ \n]\?>(?:\r?\n)?)?/.exec(bytes.toString('latin1', behind, behind + 5));
  const table = bytes.subarray(behind + (close?.[0].length ?? 0));
  if (table.length < 4 + tableHeadBytes) return false;
  const [length, count, aliasBytes] = [table.readUInt32LE(0), table.readUInt32LE(4), table.readUInt32LE(14)];
  const isWithin = length >= tableHeadBytes && length <= table.length - 4 && aliasBytes <= length;
  // The version's numbers are a nibble each: the first archives were of 0.9.0.
  return isWithin && count > 0 && count <= length / leastEntryBytes && table[8] !== 0;
}

/** Minix: two bytes that say its version, beside them zones of one block, a state and a largest file as they are known. */
function isMinix(bytes: Buffer): boolean {
  if (bytes.length >= 2048 && isMinix3(bytes)) return true;
  if (bytes.length < 2048 || ![0x137f, 0x138f, 0x2468, 0x2478].includes(bytes.readUInt16LE(1040)))
    return false;
  const [zonePower, state, largest] = [
    bytes.readUInt16LE(1034),
    bytes.readUInt16LE(1042),
    bytes.readUInt32LE(1036),
  ];
  return zonePower === 0 && state <= 3 && [0x10081c00, 0x7fffffff].includes(largest);
}

/** Its third version: the magic, beside it blocks of whole kilobytes and a version of its own. */
function isMinix3(bytes: Buffer): boolean {
  const blockBytes = bytes.readUInt16LE(1052);
  return (
    bytes.readUInt16LE(1048) === 0x4d5a && blockBytes >= 1024 && blockBytes % 1024 === 0 && bytes[1054] === 0
  );
}

const floppyBytes = new Set([901_120, 1_802_240]);
/** AmigaDOS, which names itself in the first block of a disk of one of two sizes. */
const isAmigaDisk = (bytes: Buffer): boolean =>
  floppyBytes.has(bytes.length) && hasAt(bytes, 0, 'DOS') && (bytes[3] ?? 255) < 8;

/** Its mark, flags, and the name of a cipher. */
const mcryptHead = /^\0m\x03[^][a-z]{4}/;

/** Norton's copies of disks: three bytes and a kind, in a block of their own. */
const isGhostImage = (bytes: Buffer): boolean =>
  hasAt(bytes, 0, '\xfe\xef\x01') && (bytes[3] ?? 255) <= 16 && bytes.length >= 512;

const leastForeign = 8;
/** Alpine's packages of its third version, packed: four letters, then nothing of a text. */
const isAlpineDatabase = (bytes: Buffer): boolean =>
  (hasAt(bytes, 0, 'ADBd') || hasAt(bytes, 0, 'ADBc')) &&
  (bytes.toString('latin1', 4, 64).match(/[^\t\r\n -~]/g) ?? []).length >= leastForeign;

/** MagicISO says where its blocks are in its last bytes. */
const isMagicIso = (bytes: Buffer): boolean =>
  bytes.length > 64 &&
  hasAt(bytes, bytes.length - 64, 'bbis') &&
  bytes.readUInt32LE(bytes.length - 60) === 0x30;

/** Words that a text may begin with, too: Macintosh's PackIt, Amiga's LZX, GCA, Windows' backups. */
const isBinaryBehind = (bytes: Buffer): boolean =>
  ['PMag', 'PMa4', 'LZX\0', 'GCAX', 'TAPE'].some((word) => hasAt(bytes, 0, word)) &&
  /[\0-\x08\x0e-\x1a]/.test(bytes.toString('latin1', 4, 64));

/** dump(8): the magic of its first header, in either order of bytes, behind a kind that is known. */
const isExtDump = (bytes: Buffer): boolean =>
  bytes.length >= 1024 &&
  ((hasAt(bytes, 24, '\x6c\xea\0\0') && bytes.readUInt32LE(0) <= 6) ||
    (hasAt(bytes, 24, '\0\0\xea\x6c') && bytes.readUInt32BE(0) <= 6));

/** Two words, behind which text goes on as text. */
const isStuffItX = (bytes: Buffer): boolean =>
  (hasAt(bytes, 0, 'StuffIt!') || hasAt(bytes, 0, 'StuffIt?')) &&
  bytes.length > 12 &&
  !/^[\x20-\x7e\t\r\n]{4}/.test(bytes.toString('latin1', 8, 12));

/** Blocks of 65 KiB to 511 MiB. */
const isBzip3 = (bytes: Buffer): boolean =>
  hasAt(bytes, 0, 'BZ3v1') &&
  bytes.length > 9 &&
  bytes.readUInt32LE(5) >= 65 * 1024 &&
  bytes.readUInt32LE(5) <= 511 * 1024 ** 2;

/** SEA's ARC: a method, a DOS name that ends with a NUL, a size within the file. */
function isArc(bytes: Buffer): boolean {
  if (bytes.length < 31 || bytes[0] !== 0x1a) return false;
  const [method, name] = [bytes[1] ?? 0, bytes.toString('latin1', 2, 15)];
  const isName = /^[A-Z0-9_$#&@!%()'`{}~-]{1,8}(\.[A-Z0-9_$#&@!%()'`{}~-]{0,3})?\0/i.test(name);
  return method >= 1 && method <= 11 && isName && bytes.readUInt32LE(15) <= bytes.length;
}
