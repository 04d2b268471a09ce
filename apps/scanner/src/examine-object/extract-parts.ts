import { walkObject } from '@sluice/containers';
import type { InspectOptions } from './inspect-object.js';
import { maxExtractedBytes } from './inspection.schema.js';

interface ExtractedPart {
  readonly path: string[];
  readonly base64: string;
}

const maxParts = 1000;

/** Parts from number `from` on, until the next would be too much; a part larger than that is given empty. */
export async function extractParts(
  bytes: Buffer,
  options: InspectOptions & { readonly from: number },
): Promise<ExtractedPart[]> {
  const parts: ExtractedPart[] = [];
  let number = 0;
  let leftBytes = maxExtractedBytes;
  await walkObject(bytes, {
    objectType: options.objectType,
    timeLimitMs: options.timeLimitMs,
    onPart: (part) => {
      const isWanted = number >= options.from && leftBytes > 0 && parts.length < maxParts;
      number += 1;
      if (!isWanted) return;
      const isTooLarge = part.bytes.length > maxExtractedBytes;
      leftBytes -= isTooLarge ? 0 : part.bytes.length;
      // The one that does not fit any more comes first in the next answer.
      if (leftBytes < 0) return;
      parts.push({ path: [...part.path], base64: isTooLarge ? '' : part.bytes.toString('base64') });
    },
  });
  return parts;
}
