import type { ContainerDetection } from '../../container-format.js';

/** Word opens everything that begins with these four characters. */
export const rtfDetection = {
  name: 'rtf',
  nature: 'document',
  detect: (bytes) =>
    /^(?:\xef\xbb\xbf)?\s{0,1000}\{\\rt/.test(bytes.toString('latin1', 0, 1008))
      ? { mime: 'application/rtf', isCertain: true }
      : null,
} as const satisfies ContainerDetection;
