import type { ContainerDetection } from '../../container-format.js';
import { findCarved, findCarvedInImage } from './find-carved.js';

/** What may hold an archive besides being what it is: anything that is no container by itself. */
export function carvedDetectionBeside(others: readonly ContainerDetection[], images: ReadonlySet<string>) {
  const names = new Set(others.map((one) => one.name));
  return {
    name: 'carved',
    nature: 'document',
    detect(bytes, before = []) {
      const around = before.filter((name) => names.has(name));
      if (!around.every((name) => images.has(name))) return null;
      const found = around.length > 0 ? findCarvedInImage(bytes) : findCarved(bytes);
      if (found.length === 0) return null;
      return { mime: 'application/octet-stream', isCertain: true, isBehind: true };
    },
  } as const satisfies ContainerDetection;
}
