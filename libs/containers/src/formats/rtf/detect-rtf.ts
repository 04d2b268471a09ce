import type { ContainerDetection } from '../../container-format.js';

/** Word opens everything that begins with these four characters. */
export const rtfDetection = {
  name: 'rtf',
  nature: 'document',
  detect: (bytes) =>
    /^\s{0,16}\{\\rt/.test(bytes.toString('latin1', 0, 24))
      ? { mime: 'application/rtf', isCertain: true }
      : null,
} as const satisfies ContainerDetection;
