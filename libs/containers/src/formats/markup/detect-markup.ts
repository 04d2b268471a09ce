import type { ContainerDetection } from '../../container-format.js';
import { looksLikeMail } from '../mail/looks-like-mail.js';
import { wideEncoding } from '../wide-text.js';
import { dataMarks } from './data-marks.js';
import { hasFileMark } from './file-marks.js';

const headBytes = 4096;
const markup =
  /<(?:!doctype|\?xml|html|head|body|script|svg|a|img|div|meta|iframe|embed|object|style|table)\b/i;
/** Words of what can hold a file: without one of them there is nothing to open. */
const marks = [
  'base64',
  'atob',
  'Uint8Array',
  'binData',
  'binaryData',
  'binary-data',
  'fromCharCode',
  '<binary',
  '<data>',
  '&#',
  'unescape',
  '\\x',
  '\\u00',
].map((mark) => Buffer.from(mark));
const hasMark = (bytes: Buffer): boolean =>
  marks.some((mark) => bytes.includes(mark)) || dataMarks(bytes).next().done !== true || hasFileMark(bytes);
const scripts = ['atob(', 'Uint8Array', 'unescape(', ';base64,'].map((mark) => Buffer.from(mark));
const hasScriptMark = (bytes: Buffer): boolean =>
  scripts.some((mark) => bytes.includes(mark)) || hasFileMark(bytes);

/** HTML, SVG and XML that hold files in text, and scripts, JSON and other text that does. */
export const markupDetection = {
  name: 'markup',
  nature: 'document',
  detect(bytes) {
    const encoding = wideEncoding(bytes);
    // Browsers read UTF-16 too; what is in it is looked for when it is open.
    if (encoding !== null) {
      const wide = new TextDecoder(encoding).decode(bytes.subarray(0, headBytes));
      return markup.test(wide) ? { mime: mimeOf(wide, true), isCertain: false } : null;
    }
    const head = bytes.toString('latin1', 0, headBytes);
    // Before the marks, each of which is looked for in all of it.
    if (/[\0-\x08\x0e-\x1a]/.test(head) || looksLikeMail(bytes)) return null;
    const isMarkup = markup.test(head);
    const isOne = isMarkup ? hasMark(bytes) : hasScriptMark(bytes);
    return isOne ? { mime: mimeOf(head, isMarkup), isCertain: false } : null;
  },
} as const satisfies ContainerDetection;

function mimeOf(head: string, isMarkup: boolean): string {
  if (!isMarkup) return 'text/plain';
  if (/<svg\b/i.test(head)) return 'image/svg+xml';
  return /^\s*<\?xml/.test(head) ? 'application/xml' : 'text/html';
}
