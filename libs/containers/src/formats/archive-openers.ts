import type { OpenContainer } from '../container-format.js';
import type { ArchiveName } from './archive-detections.js';
import { openAndroidBackup } from './android/open-android-backup.js';
import { openMacBinary } from './apple/open-mac-binary.js';
import { openActiveMime } from './activemime/open-activemime.js';
import { openArchive } from './archive/open-archive.js';
import { openAr } from './ar/open-ar.js';
import { openClosed, openSealed } from './closed/open-closed.js';
import { openCab } from './seven-zip/open-cab.js';
import { openCrx } from './crx/open-crx.js';
import { openCpio } from './cpio/open-cpio.js';
import { openGzip } from './gzip/open-gzip.js';
import { openIso } from './iso/open-iso.js';
import { openLz4 } from './lz4/open-lz4.js';
import { openLzop } from './lzop/open-lzop.js';
import { openLzip } from './lzip/open-lzip.js';
import { openPbzx } from './pbzx/open-pbzx.js';
import { openMozillaLz4 } from './mozilla-lz4/open-mozilla-lz4.js';
import { openNero, openRawCd } from './raw-cd/open-raw-cd.js';
import { openRar4 } from './seven-zip/open-rar-4.js';
import { openRpm } from './rpm/open-rpm.js';
import { openFat } from './seven-zip/open-fat.js';
import { openLzma } from './seven-zip/open-lzma.js';
import { type SevenZipArchive, openWithSevenZip } from './seven-zip/open-seven-zip.js';
import { firstAlone } from './stream/first-alone.js';
import { openBzip2, openXz } from './stream/open-stream.js';
import { openSquashfs } from './squashfs/open-squashfs.js';
import { openSwf } from './swf/open-swf.js';
import { openSqlite } from './sqlite/open-sqlite.js';
import { openTar } from './tar/open-tar.js';
import {
  type StreamEnd,
  behindLast,
  bzip2End,
  lz4End,
  lzhEnd,
  lzipEnd,
  xzEnd,
  zstdEnd,
} from './embedded/stream-ends.js';
import { openVmdk } from './vmdk/open-vmdk.js';
import { openWarc } from './warc/open-warc.js';
import { openZisofs } from './zisofs/open-zisofs.js';
import { openZip } from './zip/open-zip.js';

const sevenZip =
  (type: string | null, options: Omit<SevenZipArchive, 'type'> = {}): OpenContainer =>
  (bytes, context) =>
    openWithSevenZip(bytes, context, { ...options, type });
const stream = (type: string, more: Pick<SevenZipArchive, 'instead' | 'endOf'> = {}): OpenContainer =>
  sevenZip(type, { label: 'content', ...more });
/** Several of them may stand one behind the other. */
const streams = (type: string, endOf: StreamEnd, magic: string, instead?: OpenContainer): OpenContainer =>
  firstAlone(
    stream(type, { endOf: behindLast(endOf, magic), ...(instead === undefined ? {} : { instead }) }),
    endOf,
    magic,
  );
/** 7-Zip looks itself, and through the layers: a disk of terabytes with few files in it. */
const disk = sevenZip(null);

/** 7-Zip's number for its encryption, in a directory that is packed and encrypted itself. */
const sevenZipAes = Buffer.from('06f10701', 'hex');

/** 7-Zip knows levels 0 to 2. */
const openLzh: OpenContainer = (bytes, context) =>
  bytes[20] === 3
    ? openArchive(bytes, context)
    : openWithSevenZip(bytes, context, { type: 'Lzh', instead: openArchive, endOf: lzhEnd });

/** Inside the sandbox only. */
export const archiveOpeners: Readonly<Record<ArchiveName, OpenContainer>> = {
  zip: openZip,
  '7z': sevenZip('7z', { instead: openArchive, isSealed: (bytes) => bytes.includes(sevenZipAes) }),
  rar: openRar4,
  rar5: sevenZip('Rar5', { instead: openArchive }),
  cab: openCab,
  ar: openAr,
  rpm: openRpm,
  gzip: openGzip,
  bzip2: streams('bzip2', bzip2End, 'BZh', openBzip2),
  xz: streams('xz', xzEnd, '\xfd7zXZ\0', openXz),
  compress: stream('Z'),
  zstd: streams('zstd', zstdEnd, '\x28\xb5\x2f\xfd'),
  lz4: firstAlone(openLz4, lz4End, '\x04\x22\x4d\x18'),
  lzip: firstAlone(openLzip, lzipEnd, 'LZIP\x01'),
  lzma: openLzma,
  xar: sevenZip('Xar'),
  wim: sevenZip('wim'),
  chm: sevenZip('Chm'),
  szdd: stream('MsLZ'),
  swf: openSwf,
  arj: sevenZip('Arj'),
  crx: openCrx,
  activemime: openActiveMime,
  lzop: openLzop,
  sqlite: openSqlite,
  closed: openClosed,
  sealed: openSealed,
  tar: openTar,
  cpio: openCpio,
  macbinary: openMacBinary,
  'android-backup': openAndroidBackup,
  pbzx: openPbzx,
  nero: openNero,
  'raw-cd': openRawCd,
  zisofs: openZisofs,
  'mozilla-lz4': openMozillaLz4,
  warc: openWarc,
  lzh: openLzh,
  iso: openIso,
  udf: sevenZip('Udf'),
  squashfs: openSquashfs,
  cramfs: sevenZip('CramFS'),
  vhd: disk,
  vhdx: disk,
  vmdk: openVmdk,
  qcow: disk,
  vdi: disk,
  dmg: disk,
  'android-sparse': disk,
  ntfs: sevenZip('NTFS'),
  apfs: sevenZip('APFS'),
  'hfs+': sevenZip('HFS'),
  ext: sevenZip('Ext'),
  fat: openFat,
  'apple-map': disk,
  gpt: disk,
  mbr: disk,
};
