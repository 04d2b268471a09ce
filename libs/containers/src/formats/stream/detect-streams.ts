import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';

export const bzip2Detection = {
  name: 'bzip2',
  nature: 'wrapper',
  /** A block or the end of the stream follows the three letters, which alone may stand there by chance. */
  detect: (bytes) =>
    /^BZh[1-9](1AY&SY|\x17rE8P\x90)/.test(bytes.toString('latin1', 0, 10))
      ? { mime: 'application/x-bzip2', isCertain: true }
      : null,
} as const satisfies ContainerDetection;

export const xzDetection = {
  name: 'xz',
  nature: 'wrapper',
  detect: (bytes) => (hasAt(bytes, 0, '\xfd7zXZ\0') ? { mime: 'application/x-xz', isCertain: true } : null),
} as const satisfies ContainerDetection;
