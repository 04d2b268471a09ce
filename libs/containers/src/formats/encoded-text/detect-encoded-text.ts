import type { ContainerDetection } from '../../container-format.js';
import { plainText } from '../wide-text.js';
import { looksLikeMail } from '../mail/looks-like-mail.js';

const marks = [
  '-----BEGIN ',
  'begin ',
  'begin-base64',
  '=ybegin ',
  '(This file must be converted with BinHex',
].map((mark) => Buffer.from(mark));
/** Of one word in a text; beyond, it is a text about the word. */
const maxLooks = 1000;

/** Text that files are written in: uuencode, yEnc, BinHex. A mail's own text is looked at when the mail is open. */
export const encodedTextDetection = {
  name: 'encoded-text',
  nature: 'document',
  detect(bytes) {
    const text = plainText(bytes);
    return marks.some((mark) => standsInLine(text, mark)) && !looksLikeMail(bytes)
      ? { mime: 'text/plain', isCertain: false }
      : null;
  },
} as const satisfies ContainerDetection;

function standsInLine(bytes: Buffer, mark: Buffer): boolean {
  let at = bytes.indexOf(mark);
  for (let looks = 0; at >= 0 && looks < maxLooks; looks += 1) {
    const before = bytes[at - 1];
    if (at === 0 || before === 0x0a || before === 0x0d) return true;
    at = bytes.indexOf(mark, at + mark.length);
  }
  return false;
}
