import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged, givePart } from '../give-part.js';

const leadBytes = 96;

/** The payload of an RPM: what stands behind its lead and its two headers, a packed cpio (rpm's file format, version 3 on). */
export function* openRpm(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const signatureEnd = headerEnd(bytes, leadBytes);
  const payload = signatureEnd === null ? null : headerEnd(bytes, Math.ceil(signatureEnd / 8) * 8);
  if (payload === null) return yield damaged('its headers are not whole');
  yield* givePart('payload', bytes.subarray(payload), budget);
  if (payload >= bytes.length) yield damaged('its payload is missing');
}

/** Each header: a magic, the number of index entries, the bytes they point into. */
function headerEnd(bytes: Buffer, at: number): number | null {
  if (at + 16 > bytes.length || bytes.readUInt32BE(at) !== 0x8eade801) return null;
  const end = at + 16 + bytes.readUInt32BE(at + 8) * 16 + bytes.readUInt32BE(at + 12);
  return end <= bytes.length ? end : null;
}
