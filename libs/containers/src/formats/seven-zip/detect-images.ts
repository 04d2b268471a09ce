import { hasAt } from '../../magic.js';
import { byLook, byMagic, certain } from '../by-magic.js';

/** Disk images and file systems 7-Zip reads. */
const disk = certain('application/x-raw-disk-image');

export const isoDetection = byLook('iso', certain('application/x-iso9660-image'), (bytes) =>
  // Sectors of a CD as they stand on it have 2,352 bytes.
  [32_769, 34_817, 37_656].some((offset) => hasAt(bytes, offset, 'CD001')),
);
export const udfDetection = byLook('udf', certain('application/x-udf-image'), (bytes) => {
  // The volume recognition sequence may begin behind ISO's descriptors.
  for (let sector = 16; sector < 48 && (sector + 1) * 2048 <= bytes.length; sector += 1)
    if (['BEA', 'NSR02', 'NSR03'].some((mark) => hasAt(bytes, sector * 2048 + 1, mark))) return true;
  return false;
});
export const squashfsDetection = byLook(
  'squashfs',
  certain('application/x-squashfs'),
  (bytes) => /^(hsqs|sqsh|shsq|qshs)$/.test(bytes.toString('latin1', 0, 4)) && bytes.length >= 96,
);
export const cramfsDetection = byMagic('cramfs', certain('application/x-cramfs'), [16, 'Compressed ROMFS']);
export const vhdDetection = byLook('vhd', disk, (bytes) =>
  [0, bytes.length - 512].some((offset) => offset >= 0 && hasAt(bytes, offset, 'conectix\0\0')),
);
export const vhdxDetection = byMagic('vhdx', disk, [0, 'vhdxfile']);
export const vmdkDetection = byMagic('vmdk', disk, [0, 'KDMV']);
export const qcowDetection = byMagic('qcow', disk, [0, 'QFI\xfb\0\0\0']);
export const vdiDetection = byMagic('vdi', disk, [64, '\x7f\x10\xda\xbe']);
const dmgTrailer = 'koly\0\0\0\x04\0\0\x02\0';
export const dmgDetection = byLook(
  'dmg',
  certain('application/x-apple-diskimage'),
  (bytes) =>
    [0, bytes.length - 512].some((offset) => offset >= 0 && hasAt(bytes, offset, dmgTrailer)) ||
    isCutDmg(bytes),
);

/** Without its last bytes, but with its table of blocks or the first of them: nothing else has that behind packed bytes. */
function isCutDmg(bytes: Buffer): boolean {
  const isText = bytes.subarray(0, 64).every((byte) => byte >= 0x09 && byte < 0x7f);
  if (isText) return false;
  if (bytes.indexOf(dmgTrailer, Math.max(0, bytes.length - 511), 'latin1') >= 0) return true;
  const list = bytes.lastIndexOf('<plist version=');
  const table = list < 0 ? -1 : bytes.indexOf('<key>blkx</key>', list);
  return table >= 0 && table - list < 4096 && bytes.indexOf(0, table) < 0;
}
export const sparseDetection = byMagic('android-sparse', disk, [0, ':\xff&\xed\x01\0']);
/** Apple's map of partitions: its own block, then the map's first entry. */
export const appleMapDetection = byLook(
  'apple-map',
  disk,
  (bytes) => hasAt(bytes, 0, 'ER') && hasAt(bytes, 512, 'PM\0\0'),
);
export const gptDetection = byMagic('gpt', disk, [512, 'EFI PART\0\0\x01\0'], [4096, 'EFI PART\0\0\x01\0']);
/** Its first file, which is given as one, is the beginning of the image itself. */
const ntfsBootBytes = 8192;
export const ntfsDetection = byLook(
  'ntfs',
  disk,
  (bytes) => hasAt(bytes, 3, 'NTFS    \0') && bytes.length > ntfsBootBytes,
);
export const apfsDetection = byMagic('apfs', disk, [32, 'NXSB\0']);
export const hfsPlusDetection = byMagic('hfs+', disk, [1024, 'H+\0\x04'], [1024, 'HX\0\x05']);
export const extDetection = byLook('ext', disk, (bytes) => {
  // The magic has two bytes; block size, revision and state within their bounds stand around it.
  if (bytes.length < 2048 || !hasAt(bytes, 1080, '\x53\xef')) return false;
  const [blockPower, revision, state] = [1048, 1100, 1082].map((offset) => bytes.readUInt16LE(offset));
  return (blockPower ?? 9) <= 6 && (revision ?? 9) <= 1 && (state ?? 99) <= 7 && bytes.readUInt32LE(1024) > 0;
});
export const fatDetection = byLook('fat', disk, (bytes) => isFat(bytes) || isUnmarkedFat(bytes));
export const mbrDetection = byLook(
  'mbr',
  disk,
  (bytes) => hasBootMark(bytes) && !isFat(bytes) && hasPartitions(bytes),
);

const hasBootMark = (bytes: Buffer): boolean => bytes.length >= 1024 && hasAt(bytes, 510, '\x55\xaa');

/** A boot sector whose parameter block makes sense (Microsoft's FAT specification, section 3). */
const isFat = (bytes: Buffer): boolean => hasBootMark(bytes) && hasFatParameters(bytes);

/** Systems mount one without the boot sector's mark, too: its table begins with its kind of medium. */
export function isUnmarkedFat(bytes: Buffer): boolean {
  if (bytes.length < 1024 || hasBootMark(bytes) || !hasFatParameters(bytes)) return false;
  const table = bytes.readUInt16LE(11) * bytes.readUInt16LE(14);
  return bytes[table] === bytes[21] && bytes[table + 1] === 0xff && bytes[table + 2] === 0xff;
}

function hasFatParameters(bytes: Buffer): boolean {
  if (![0xeb, 0xe9].includes(bytes[0] ?? 0)) return false;
  const [sectorBytes, reserved] = [bytes.readUInt16LE(11), bytes.readUInt16LE(14)];
  const [clusterSectors, tables, media] = [bytes[13] ?? 0, bytes[16] ?? 0, bytes[21] ?? 0];
  const isPower = (value: number): boolean => value > 0 && (value & (value - 1)) === 0;
  const hasSize = bytes.readUInt16LE(19) !== 0 || bytes.readUInt32LE(32) !== 0;
  const isSector = [512, 1024, 2048, 4096].includes(sectorBytes);
  return (
    isSector && isPower(clusterSectors) && reserved > 0 && [1, 2].includes(tables) && media >= 0xf0 && hasSize
  );
}

/** Four entries, each empty or of a partition that begins within the file, and at least one. */
function hasPartitions(bytes: Buffer): boolean {
  let count = 0;
  for (let at = 446; at < 510; at += 16) {
    const [status, type] = [bytes[at] ?? 255, bytes[at + 4] ?? 0];
    const [start, sectors] = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12)];
    if (type === 0 && start === 0 && sectors === 0) continue;
    if ((status !== 0 && status !== 0x80) || type === 0 || sectors === 0 || start * 512 >= bytes.length)
      return false;
    count += 1;
  }
  return count > 0;
}
