import type { ContainerDetection } from '../../container-format.js';
import { skipFrames } from '../skippable-frames.js';

export const frameMagic = 0x184d2204;
export const legacyMagic = 0x184c2102;
export const isSkippable = (magic: number): boolean => magic >>> 4 === 0x0184d2a5;

export const lz4Detection = {
  name: 'lz4',
  nature: 'wrapper',
  detect(bytes) {
    const magic = skipFrames(bytes);
    return magic === frameMagic || magic === legacyMagic
      ? { mime: 'application/x-lz4', isCertain: true }
      : null;
  },
} as const satisfies ContainerDetection;
