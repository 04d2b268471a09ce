import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import { blockBytes, readTarHeader } from './tar-header.js';

export const tarDetection = {
  name: 'tar',
  nature: 'wrapper',
  /** By the first header's checksum; when that one is broken, by its magic and the next header's. */
  detect(bytes) {
    const header = readTarHeader(bytes.subarray(0, blockBytes));
    const isFirst = header !== null && (header.name !== '' || isFollowed(bytes, header.size));
    if (isFirst) return { mime: 'application/x-tar', isCertain: true };
    return hasAt(bytes, 257, 'ustar') ? { mime: 'application/x-tar', isCertain: true } : null;
  },
} as const satisfies ContainerDetection;

/** A file without a name counts where another one stands behind it: programs pass over the first. */
const isFollowed = (bytes: Buffer, size: number): boolean => {
  const next = blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  return readTarHeader(bytes.subarray(next, next + blockBytes)) !== null;
};
