import type { ContainerDetection } from '../../container-format.js';

const oleMagic = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const headBytes = 512;

export const isOle = (bytes: Buffer): boolean => bytes.subarray(0, 8).equals(oleMagic);

export const oleDetection = {
  name: 'ole',
  nature: 'document',
  detect: (bytes) =>
    isOle(bytes) && bytes.length >= headBytes ? { mime: 'application/x-ole-storage', isCertain: true } : null,
} as const satisfies ContainerDetection;
