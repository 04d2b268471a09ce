import type { ContainerDetection } from '../../container-format.js';

const magic = Buffer.from('4c0000000114020000000000c000000000000046', 'hex');

export const lnkDetection = {
  name: 'lnk',
  nature: 'document',
  detect: (bytes) =>
    bytes.length >= 76 && bytes.subarray(0, 20).equals(magic)
      ? { mime: 'application/x-ms-shortcut', isCertain: true }
      : null,
} as const satisfies ContainerDetection;
