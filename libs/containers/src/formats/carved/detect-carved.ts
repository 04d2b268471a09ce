import type { ContainerDetection } from '../../container-format.js';
import { findCarved } from './find-carved.js';

/** What may hold an archive besides being what it is: anything that is no container by itself. */
export function carvedDetectionBeside(others: readonly ContainerDetection[]) {
  const names = new Set(others.map((one) => one.name));
  return {
    name: 'carved',
    nature: 'document',
    detect(bytes, before = []) {
      if (before.some((name) => names.has(name))) return null;
      if (findCarved(bytes).length === 0) return null;
      return { mime: 'application/octet-stream', isCertain: true, isBehind: true };
    },
  } as const satisfies ContainerDetection;
}
