import type { ContainerDetection } from '../container-format.js';
import { hasAt } from '../magic.js';
import { androidBackupDetection } from './android/detect-android-backup.js';
import { macBinaryDetection } from './apple/detect-mac-binary.js';
import { activeMimeDetection } from './activemime/detect-activemime.js';
import { byLook, byMagic, certain } from './by-magic.js';
import { closedDetection, sealedDetection } from './closed/detect-closed.js';
import { crxDetection } from './crx/detect-crx.js';
import { cpioDetection } from './cpio/detect-cpio.js';
import { gzipDetection } from './gzip/detect-gzip.js';
import { lz4Detection } from './lz4/detect-lz4.js';
import { lzopDetection } from './lzop/detect-lzop.js';
import * as archives from './seven-zip/detect-archives.js';
import * as images from './seven-zip/detect-images.js';
import { lzmaDetection, zstdDetection } from './seven-zip/detect-lzma.js';
import { neroDetection, rawCdDetection } from './raw-cd/detect-raw-cd.js';
import { sqliteDetection } from './sqlite/detect-sqlite.js';
import { tarDetection } from './tar/detect-tar.js';
import { zipDetection } from './zip/detect-zip.js';

/** Images that hold a partition table and a file system at once (a CD that boots from a stick) are read as the latter. */
const isoOrUdf = [images.isoDetection, images.udfDetection];
const unlessOptical = <Detection extends ContainerDetection>(detection: Detection): Detection => ({
  ...detection,
  detect: (bytes: Buffer) =>
    isoOrUdf.some((one) => one.detect(bytes) !== null) ? null : detection.detect(bytes),
});

/** Disks, whose files are not all of their bytes: between these, and in front, may stand what other programs open. */
const imageDetections = [
  images.isoDetection,
  images.udfDetection,
  images.squashfsDetection,
  images.cramfsDetection,
  images.vhdDetection,
  images.vhdxDetection,
  images.vmdkDetection,
  images.qcowDetection,
  images.vdiDetection,
  images.dmgDetection,
  images.sparseDetection,
  images.ntfsDetection,
  images.apfsDetection,
  images.hfsPlusDetection,
  images.extDetection,
  unlessOptical(images.fatDetection),
  unlessOptical(images.appleMapDetection),
  unlessOptical(images.gptDetection),
  unlessOptical(images.mbrDetection),
] as const satisfies readonly ContainerDetection[];

/** Archives, packed streams and images, in order of precedence: all but the last account for all their bytes. */
export const archiveDetections = [
  zipDetection,
  archives.sevenZipDetection,
  archives.rar4Detection,
  archives.rar5Detection,
  archives.cabDetection,
  byMagic('ar', certain('application/x-archive'), [0, '!<arch>\n']),
  byMagic('rpm', certain('application/x-rpm'), [0, '\xed\xab\xee\xdb']),
  gzipDetection,
  archives.bzip2Detection,
  archives.xzDetection,
  archives.compressDetection,
  zstdDetection,
  lz4Detection,
  byMagic('lzip', certain('application/x-lzip'), [0, 'LZIP\x01']),
  lzmaDetection,
  archives.xarDetection,
  archives.wimDetection,
  archives.chmDetection,
  archives.szddDetection,
  archives.swfDetection,
  archives.arjDetection,
  crxDetection,
  activeMimeDetection,
  lzopDetection,
  sqliteDetection,
  closedDetection,
  sealedDetection,
  tarDetection,
  cpioDetection,
  macBinaryDetection,
  androidBackupDetection,
  byMagic('pbzx', certain('application/x-pbzx'), [0, 'pbzx\0\0']),
  neroDetection,
  rawCdDetection,
  byMagic('zisofs', certain('application/x-zisofs'), [0, '\x37\xe4\x53\x96\xc9\xdb\xd6\x07']),
  byMagic('mozilla-lz4', certain('application/x-mozilla-lz4'), [0, 'mozLz40\0']),
  byLook('warc', certain('application/warc'), (bytes) => hasAt(bytes, 0, 'WARC/1.')),
  archives.lzhDetection,
  ...imageDetections,
] as const satisfies readonly ContainerDetection[];

export type ArchiveName = (typeof archiveDetections)[number]['name'];
export const imageNames: ReadonlySet<string> = new Set(imageDetections.map(({ name }) => name));
export const isDiskImage = (bytes: Buffer): boolean =>
  imageDetections.some((one) => one.detect(bytes) !== null);
