import type { ContainerDetection } from '../../container-format.js';
import { findCarved } from './find-carved.js';

/** What may hold an archive besides being what it is: anything that is no container by itself. */
export function carvedDetectionBeside(others: readonly ContainerDetection[]) {
  return {
    name: 'carved',
    nature: 'document',
    detect(bytes) {
      if (others.some((one) => one.detect(bytes)?.isCertain)) return null;
      if (findCarved(bytes).length === 0) return null;
      return { mime: 'application/octet-stream', isCertain: true, isBehind: true };
    },
  } as const satisfies ContainerDetection;
}
