import type { ContainerDetection, Detected } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import { zipType } from './zip-type.js';

const certain = (mime: string): Detected => ({ mime, isCertain: true });
const byChance = (mime: string): Detected => ({ mime, isCertain: false });

/** A format told by the bytes at one place. */
function byMagic<Name extends string>(
  name: Name,
  found: Detected,
  ...magics: readonly (readonly [number, string])[]
): ContainerDetection & { readonly name: Name } {
  return {
    name,
    nature: 'wrapper',
    detect: (bytes) => (magics.some(([offset, text]) => hasAt(bytes, offset, text)) ? found : null),
  };
}

const zipMagics = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08PK', 'PK00PK\x03\x04'];
const startsLikeZip = (bytes: Buffer): boolean => zipMagics.some((magic) => hasAt(bytes, 0, magic));

export const zipDetection = {
  name: 'zip',
  nature: 'wrapper',
  detect(bytes) {
    if (!startsLikeZip(bytes)) return null;
    const mime = zipType(bytes);
    return { mime, isCertain: true, nature: mime === 'application/zip' ? 'wrapper' : 'document' };
  },
} as const satisfies ContainerDetection;

const endOfDirectory = Buffer.from('PK\x05\x06', 'latin1');

/** A zip may stand behind anything: readers look for its directory at the end, within the longest comment. */
export const zipBehindDetection = {
  name: 'zip-behind',
  nature: 'document',
  detect(bytes) {
    const isFound = bytes.subarray(Math.max(0, bytes.length - 65_557)).includes(endOfDirectory);
    return isFound && !startsLikeZip(bytes) ? byChance('application/octet-stream') : null;
  },
} as const satisfies ContainerDetection;

export const sevenZipDetection = byMagic('7z', certain('application/x-7z-compressed'), [
  0,
  '7z\xbc\xaf\x27\x1c',
]);
export const rarDetection = byMagic('rar', certain('application/vnd.rar'), [0, 'Rar!\x1a\x07']);
export const cabDetection = byMagic('cab', certain('application/vnd.ms-cab-compressed'), [0, 'MSCF\0\0\0\0']);
export const arDetection = byMagic('ar', certain('application/x-archive'), [0, '!<arch>\n']);
export const rpmDetection = byMagic('rpm', certain('application/x-rpm'), [0, '\xed\xab\xee\xdb']);
export const isoDetection = byMagic('iso', certain('application/x-iso9660-image'), [32_769, 'CD001']);
export const warcDetection = byMagic('warc', byChance('application/warc'), [0, 'WARC/']);
export const lzhDetection = byMagic('lzh', byChance('application/x-lzh-compressed'), [2, '-lh']);

export const tarDetection = {
  name: 'tar',
  nature: 'wrapper',
  /** By the checksum of the header, so that old tars without a magic are found and nothing else is. */
  detect(bytes) {
    if (bytes.length < 512) return null;
    const declared = /^ *([0-7]{1,7})[ \0]/.exec(bytes.toString('latin1', 148, 156))?.[1];
    if (declared === undefined) return null;
    let sum = 8 * 0x20;
    for (let at = 0; at < 512; at += 1) if (at < 148 || at >= 156) sum += bytes[at] ?? 0;
    return sum === Number.parseInt(declared, 8) ? certain('application/x-tar') : null;
  },
} as const satisfies ContainerDetection;

export const cpioDetection = {
  name: 'cpio',
  nature: 'wrapper',
  detect(bytes) {
    if (['070701', '070702', '070707'].some((magic) => hasAt(bytes, 0, magic)))
      return certain('application/x-cpio');
    const isBinary =
      (hasAt(bytes, 0, '\xc7\x71') && isBinaryCpio(bytes, (offset) => bytes.readUInt16LE(offset))) ||
      (hasAt(bytes, 0, '\x71\xc7') && isBinaryCpio(bytes, (offset) => bytes.readUInt16BE(offset)));
    return isBinary ? byChance('application/x-cpio') : null;
  },
} as const satisfies ContainerDetection;

const cpioHeaderBytes = 26;
/** Types of files: socket, link, file, block device, directory, character device, fifo (stat(2)), and none. */
const fileTypes = new Set([0o14, 0o12, 0o10, 0o6, 0o4, 0o2, 0o1, 0]);

/**
 * The old binary header (cpio(5)): a known type in `mode`, and a name of the length it says, which ends with the only NUL.
 * Of random bytes behind the magic nearly every one could be read as a header otherwise, and the object as a broken
 * archive.
 */
function isBinaryCpio(bytes: Buffer, word: (offset: number) => number): boolean {
  if (bytes.length < cpioHeaderBytes) return false;
  const nameEnd = cpioHeaderBytes + word(20) - 1;
  return fileTypes.has(word(6) >> 12) && bytes.indexOf(0, cpioHeaderBytes) === nameEnd;
}
