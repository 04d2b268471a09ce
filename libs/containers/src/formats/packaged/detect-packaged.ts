import type { ContainerDetection } from '../../container-format.js';
import { knownPlainType } from '../../plain-type.js';
import { findPackaged, isIndexCutOff } from './find-packaged.js';

/** Programs and films that carry files. */
export const packagedDetection = {
  name: 'packaged',
  nature: 'document',
  detect: (bytes) =>
    findPackaged(bytes).files.length === 0 && !isIndexCutOff(bytes)
      ? null
      : { mime: knownPlainType(bytes) ?? 'application/octet-stream', isCertain: false, isBehind: true },
} as const satisfies ContainerDetection;
