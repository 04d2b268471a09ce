import type { ContainerDetection } from '../../container-format.js';

/** Windows still opens what its first release marked in another way. */
const magics = ['d0cf11e0a1b11ae1', '0e11fc0dd0cf110e'].map((hex) => Buffer.from(hex, 'hex'));
const headBytes = 512;

export const isOle = (bytes: Buffer): boolean =>
  (bytes[0] === 0xd0 || bytes[0] === 0x0e) && magics.some((magic) => bytes.subarray(0, 8).equals(magic));

export const oleDetection = {
  name: 'ole',
  nature: 'document',
  detect: (bytes) =>
    isOle(bytes) && bytes.length >= headBytes ? { mime: 'application/x-ole-storage', isCertain: true } : null,
} as const satisfies ContainerDetection;
