import type { ContainerDetection } from '../../container-format.js';

/** Electron's archive: four lengths, then a directory in JSON. */
export const asarDetection = {
  name: 'asar',
  nature: 'wrapper',
  detect: (bytes) =>
    bytes.length > 16 && bytes.readUInt32LE(0) === 4 && bytes.toString('latin1', 16, 26) === '{"files":{'
      ? { mime: 'application/x-asar', isCertain: true }
      : null,
} as const satisfies ContainerDetection;
