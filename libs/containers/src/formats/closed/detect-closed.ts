import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import { closedMimeOf } from './closed-mark.js';

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
    const mime = find(magics, bytes)?.[2] ?? closedMimeOf(bytes);
    return mime === null ? null : { mime, isCertain: true };
  },
} as const satisfies ContainerDetection;

/** Its mark, flags, and the name of a cipher. */
const mcryptHead = /^\0m\x03[^][a-z]{4}/;

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
