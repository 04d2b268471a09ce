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
