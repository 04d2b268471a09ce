import type { ContainerDetection } from '../../container-format.js';
import { knownPlainType } from '../../plain-type.js';
import { picturePieces } from './picture-pieces.js';

/** A picture that holds something beside itself. */
export const pictureDetection = {
  name: 'picture',
  nature: 'document',
  detect: (bytes) =>
    picturePieces(bytes).length === 0
      ? null
      : { mime: knownPlainType(bytes) ?? 'image/webp', isCertain: false, isBehind: true },
} as const satisfies ContainerDetection;
