import { describe, expect, it } from 'vitest';
import { walkObject } from '../../walk-object.js';

/** The magic at its place, in a file that is nothing else. */
const withMagic = (offset: number, magic: string): Buffer => {
  const bytes = Buffer.alloc(2048 + offset, 'x');
  bytes.write(magic, offset, 'latin1');
  return bytes;
};

const reasonsOf = async (bytes: Buffer): Promise<string[]> => {
  const report = await walkObject(bytes, {
    objectType: 'file',
    timeLimitMs: 30_000,
    onPart: () => undefined,
  });
  return report.unexamined.map(({ reason }) => reason);
};

/** Its length, one file, version 1.1.0, flags, no alias, no metadata; then that file: its name, sizes and the like. */
const manifest = `${'\x2f\0\0\0'}\x01\0\0\0\x11\0\0\0\x01\0${'\0'.repeat(8)}\x01\0\0\0a${'\0'.repeat(24)}`;

describe('containers nothing here opens', () => {
  it.each([
    ['ACE', 7, '**ACE**'],
    ['RAR 1.4', 0, 'RE~^'],
    ['zoo', 20, '\xdc\xa7\xc4\xfd'],
    ['rzip', 0, 'RZIP\x02\x01'],
    ['InstallShield', 0, 'ISc('],
    ['btrfs', 0x10040, '_BHRfS_M'],
    ['JFFS2', 0, '\x85\x19\x03\x20'],
    ['JFFS2 of the other byte order', 0, '\x19\x85\xe0\x02'],
    ['Norton’s copies of disks', 0, '\xfe\xef\x01\x03'],
    ['InstallShield’s streams behind a program', 0, 'ISSetupStream\0'],
    ['High Sierra', 0x8009, 'CDROM\x01'],
    ['FreeArc', 0, 'ArC\x01'],
    ['Apple’s archives, packed', 0, 'pbze\0\0'],
    ['Zstandard before its format was fixed', 0, '\x27\xb5\x2f\xfd'],
    ['LVM', 512, 'LABELONE'],
    ['PHP’s archives', 0, `<?php __HALT_COMPILER(); ?>\r\n${manifest}`],
    ['PHP’s archives with nothing behind the mark', 0, `#!/usr/bin/php\n__HALT_COMPILER();${manifest}`],
    ['PHP’s archives that are pictures', 0, `GIF89a<?php __HALT_COMPILER(); ?>\n${manifest}`],
    ['Apple’s archives', 0, 'AA01\x1c\0TYP1FPATP\x01\0aMOD2\0\0FLG*'],
    ['Apple’s older archives', 0, 'YAA1\x11\0TYP1DPATP\0\0'],
    ['Apple’s signed archives', 0, 'AEA1\0\0\0\0\x10\0\0\0'],
    ['DwarFS', 0, 'DWARFS\x02\x05'],
    ['LZFSE of another kind', 0, 'bvx1'],
    ['VMDK of ESX', 0, 'COWD\x01\0\0\0'],
    ['ZSO', 0, 'ZISO\x18\0\0\0'],
    ['DAEMON Tools', 0, 'MEDIA DESCRIPTOR\x02\x01'],
    ['AIX’s archives', 0, '<bigaf>\n'],
    ['Notes', 0, '\x1a\0\0\x04\0\0'],
    ['Pack200', 0, '\xca\xfe\xd0\x0d'],
    ['StuffIt X', 0, 'StuffIt!\0\x01\x02\x03'],
    ['bzip3', 0, 'BZ3v1\0\0\x10\0'],
    ['XML in EBCDIC', 0, '\x4c\x6f\xa7\x94\x93'],
    ['Unix’ pack', 0, '\x1f\x1e\0\0\x02\0\x07\x01'],
    ['Minix', 1034, '\0\0\0\x1c\x08\x10\x8f\x13\x01\0'],
  ])('are unsupported, never plain data: %s', async (_name, offset, magic) => {
    expect(await reasonsOf(withMagic(offset, magic))).toEqual(['unsupported']);
  });

  it.each([
    ['LUKS', 0, 'LUKS\xba\xbe\0\x02'],
    ['mcrypt', 0, '\0m\x03@rijndael-128\0'],
    ['a file under rights management', 0, '.pfile\x01\0'],
    ['KeePass', 0, '\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5'],
    ['BitLocker', 3, '-FVE-FS-'],
    ['age', 0, 'age-encryption.org/v1\n'],
  ])('are encrypted: %s', async (_name, offset, magic) => {
    expect(await reasonsOf(withMagic(offset, magic))).toEqual(['encrypted']);
  });

  it('are not seen where only the two bytes of a version agree', async () => {
    expect(await reasonsOf(withMagic(1040, '\x8f\x13'))).toEqual([]);
  });

  it('are not seen where two bytes are those of Unix’ pack, and no lengths of codes follow', async () => {
    for (const text of [
      '\x1f\x1e\0\0\0\0\x07\x01',
      '\x1f\x1e\x7f\0\0\0\x07\x01',
      '\x1f\x1e\0\0\x02\0\x40\x01',
    ])
      expect(await reasonsOf(withMagic(0, text))).toEqual([]);
  });

  it('are not seen where PHP’s mark stands without a table of files behind it', async () => {
    const mark = '__HALT_COMPILER();';
    for (const text of [
      // As a C string, in PHP's own binaries and whatever holds them.
      `\x7fELF\x02\x01\0\0${mark}\0%s: no such file\0\0\0\0`,
      `<?php install(__FILE__, __COMPILER_HALT_OFFSET__); ${mark} ?>\n\0\x01\x02 data of its own`,
      `<?php ${mark} ?>\n${manifest.replace('\x01', '\0')}`,
      `<?php ${mark} ?>\n\xff\xff${manifest.slice(2)}`,
      `<?php ${mark}`,
    ])
      expect(await reasonsOf(withMagic(0, text))).toEqual([]);
  });

  it('are not seen where only letters agree', async () => {
    for (const text of [
      'ALZheimer',
      'AES is a cipher',
      'KGB files',
      'zPQ and more',
      'AA01 is a gate',
      'AA01\r\nAA02\r\nAA03\r\n',
      'AA01;\nAA02;\n',
      'YAA1,12,TYP1\n',
      'AEA1\nAEA2\n',
      'DWARFS of the north',
      'StuffIt! it says',
      'BZ3v1 is its mark',
      'MEDIA DESCRIPTORS',
      'ADBd is a word',
      'DOS\x01 is no disk of this size',
      '.pfile of a project',
      '\0m\x03\0\0\0\0\0',
      '\xfe\xef\x01\xff',
      'InstallShield Setup',
      'zlb files',
    ])
      expect(await reasonsOf(Buffer.from(text.padEnd(3000, ' and so on')))).toEqual([]);
  });
});
