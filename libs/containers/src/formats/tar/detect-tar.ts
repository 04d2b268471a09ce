import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import { blockBytes, readTarHeader } from './tar-header.js';

export const tarDetection = {
  name: 'tar',
  nature: 'wrapper',
  /** By the first header's checksum; when that one is broken, by its magic and the next header's. */
  detect(bytes) {
    const header = readTarHeader(bytes.subarray(0, blockBytes));
    if (header !== null && header.name !== '') return { mime: 'application/x-tar', isCertain: true };
    return hasAt(bytes, 257, 'ustar') ? { mime: 'application/x-tar', isCertain: true } : null;
  },
} as const satisfies ContainerDetection;
