import type { ContainerDetection } from '../../container-format.js';
import { hasBinHexLine } from '../../decoders/binhex.js';
import { findShar } from '../../decoders/shar.js';
import { marksIn } from '../../marks-in.js';
import { plainText } from '../wide-text.js';
import { looksLikeMail } from '../mail/looks-like-mail.js';

const marks = [
  '-----BEGIN ',
  'begin ',
  'begin\t',
  'begin-base64',
  '=ybegin',
  '(This file must be converted with BinHex',
].map((mark) => Buffer.from(mark));
const hasMark = marksIn(marks);

/** Text that files are written in: uuencode, yEnc, BinHex. A mail's own text is looked at when the mail is open. */
export const encodedTextDetection = {
  name: 'encoded-text',
  nature: 'document',
  detect(bytes) {
    const text = plainText(bytes);
    const hasOne = hasMark(text) && marks.some((mark) => standsInLine(text, mark));
    return (hasOne || hasBinHexLine(text) || findShar(text, 0) !== null) && !looksLikeMail(bytes)
      ? { mime: 'text/plain', isCertain: false }
      : null;
  },
} as const satisfies ContainerDetection;

function standsInLine(bytes: Buffer, mark: Buffer): boolean {
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) {
    const before = bytes[at - 1];
    if (at === 0 || before === 0x0a || before === 0x0d) return true;
  }
  return false;
}
