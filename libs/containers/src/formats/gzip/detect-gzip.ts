import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';

export const gzipDetection = {
  name: 'gzip',
  nature: 'wrapper',
  detect: (bytes) =>
    hasAt(bytes, 0, '\x1f\x8b\x08') || hasAt(bytes, 0, '\x1f\x9e\x08')
      ? { mime: 'application/gzip', isCertain: true }
      : null,
} as const satisfies ContainerDetection;
