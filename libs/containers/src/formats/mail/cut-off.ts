import { readBase64 } from '../../decoders/base64.js';
import type { MimePiece, SplitNotes } from './split-mime.js';

/**
 * Does the mail end before it is complete? A missing end delimiter alone doesn't say so: it is missing in much mail whose
 * last part is whole. Nor does text, which may end anywhere; but whoever writes mail ends its last line.
 */
export function isCutOff(mail: Buffer, last: MimePiece | null, notes: SplitNotes): boolean {
  if (last === null || mail.length === 0) return false;
  const lastByte = mail[mail.length - 1];
  const endsALine = lastByte === 0x0a || lastByte === 0x0d;
  const isOpen = notes.openMultiparts > 0;
  if (!last.block.isEnded) return isOpen || (last.block.fieldCount >= 2 && !endsALine);
  const isBase64 = last.kind === 'part' && !last.content.isMultipart && isOnlyBase64(last);
  if (isBase64 && (isOpen || !endsALine)) {
    const { isCut, isPadded } = readBase64(mail.subarray(last.bodies[0], last.end));
    if (isPadded) return false;
    if (isCut) return true;
  }
  return isOpen && !endsALine;
}

const isOnlyBase64 = ({ content }: MimePiece): boolean =>
  content.encodings.length === 1 && content.encodings[0] === 'base64';

/**
 * A mail returned as text, within its base64: whoever returns no more than the beginning of a mail ends the last line of
 * what it writes itself, so a bounce of a cut mail is whole.
 */
export function endsInBase64(mail: Buffer, last: MimePiece | null): boolean {
  const lastByte = mail[mail.length - 1];
  if (last === null || last.kind !== 'part' || lastByte === 0x0a || lastByte === 0x0d) return false;
  if (last.content.isMultipart || !last.block.isEnded || !isOnlyBase64(last)) return false;
  const { isCut, isPadded } = readBase64(mail.subarray(last.bodies[0], last.end));
  return isCut && !isPadded;
}
