import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import { certain } from '../by-magic.js';
import { readCpioHeader } from './cpio-header.js';

export const cpioDetection = {
  name: 'cpio',
  nature: 'wrapper',
  detect(bytes) {
    if (['070701', '070702', '070707'].some((magic) => hasAt(bytes, 0, magic)))
      return certain('application/x-cpio');
    if (hasAt(bytes, 0, '070727') && readCpioHeader(bytes, 0) !== null) return certain('application/x-cpio');
    const isBinary =
      (hasAt(bytes, 0, '\xc7\x71') && isBinaryCpio(bytes, (offset) => bytes.readUInt16LE(offset))) ||
      (hasAt(bytes, 0, '\x71\xc7') && isBinaryCpio(bytes, (offset) => bytes.readUInt16BE(offset)));
    return isBinary ? { mime: 'application/x-cpio', isCertain: isFollowed(bytes) } : null;
  },
} as const satisfies ContainerDetection;

const headerBytes = 26;
/** Types of files: socket, link, file, block device, directory, character device, fifo (stat(2)), and none. */
const fileTypes = new Set([0o14, 0o12, 0o10, 0o6, 0o4, 0o2, 0o1, 0]);

/**
 * The old binary header (cpio(5)): a known type in `mode`, and a name of the length it says, which ends with the only NUL.
 * Of random bytes behind the magic nearly every one could be read as a header otherwise, and the object as a broken
 * archive.
 */
function isBinaryCpio(bytes: Buffer, word: (offset: number) => number): boolean {
  if (bytes.length < headerBytes) return false;
  const nameEnd = headerBytes + word(20) - 1;
  return fileTypes.has(word(6) >> 12) && bytes.indexOf(0, headerBytes) === nameEnd;
}

/** A second header where the first entry ends is no chance. */
function isFollowed(bytes: Buffer): boolean {
  const first = readCpioHeader(bytes, 0);
  return first !== null && readCpioHeader(bytes, first.next) !== null;
}
