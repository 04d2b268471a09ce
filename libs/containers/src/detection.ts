import type { ObjectType } from '@sluice/contracts';
import { detectType } from './detect-type.js';

export type { FormatName } from './detections.js';

/**
 * The MIME type of an object that has nothing to open, so that a walk would say nothing else of it; null when there is
 * something to open. Looks at a bounded number of bytes and parses nothing: safe outside the sandbox.
 */
export function plainTypeOf(bytes: Buffer, objectType: ObjectType): string | null {
  // Opened as mail, or as what else it certainly is.
  if (objectType === 'email') return null;
  const { mime, readings } = detectType(bytes, objectType);
  return readings.length === 0 ? mime : null;
}
