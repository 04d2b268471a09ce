import type { ContainerDetection } from '../../container-format.js';

/** [MS-ONESTORE] 2.3.1: sections and tables of contents. */
const magics = [
  'e4525c7b8cd8a74daeb15378d02996d3',
  '43ff2fa1efd94c769ee2108a85c4b3ff',
  '3fdd9a101b91f549a5d01791edc8aed8',
].map((hex) => Buffer.from(hex, 'hex'));

export const onenoteDetection = {
  name: 'onenote',
  nature: 'document',
  detect: (bytes) =>
    magics.some((magic) => bytes.subarray(0, 16).equals(magic))
      ? { mime: 'application/onenote', isCertain: true }
      : null,
} as const satisfies ContainerDetection;
