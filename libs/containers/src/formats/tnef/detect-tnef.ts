import type { ContainerDetection } from '../../container-format.js';

/** `winmail.dat`: what Outlook makes of a mail for other Outlooks ([MS-OXTNEF]). */
export const tnefDetection = {
  name: 'tnef',
  nature: 'wrapper',
  detect: (bytes) =>
    bytes.length >= 6 && bytes.readUInt32LE(0) === 0x223e9f78
      ? { mime: 'application/vnd.ms-tnef', isCertain: true }
      : null,
} as const satisfies ContainerDetection;
