import type { ContainerDetection } from '../../container-format.js';
import { looksLikeMail } from '../mail/looks-like-mail.js';
import { plainText, wideEncoding } from '../wide-text.js';
import { hasRun } from './base64-runs.js';
import { hasFileMark } from './file-marks.js';
import { hasEscapes } from './other-readings.js';
import { hasScriptBlob } from './script-marks.js';

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
  '&colon;',
  '<!ENTITY',
  'http://ns.adobe.com/xfdf/',
].map((mark) => Buffer.from(mark));
const hasMark = (bytes: Buffer): boolean => {
  if (marks.some((mark) => bytes.includes(mark)) || hasFileMark(bytes) || hasRun(bytes)) return true;
  const text = bytes.toString('latin1');
  return splitData.test(text) || hasEscapes(text) || hasScriptBlob(text);
};
const scripts = ['atob(', 'Uint8Array', 'unescape(', ';base64,', 'fromCharCode'].map((mark) =>
  Buffer.from(mark),
);
const hasScriptMark = (bytes: Buffer): boolean =>
  scripts.some((mark) => bytes.includes(mark)) ||
  hasFileMark(bytes) ||
  hasRun(bytes) ||
  hasTextBlob(bytes.toString('latin1'));
const hasTextBlob = (text: string): boolean => hasEscapes(text) || hasScriptBlob(text);
const longestText = 64 * 1024 ** 2;
const splitData = /d[\t\r\n]{0,9}a[\t\r\n]{0,9}t[\t\r\n]{0,9}a[\t\r\n]{0,9}:/i;

/** By its first bytes. */
export const isMarkup = (text: Buffer): boolean => markup.test(text.toString('latin1', 0, headBytes));

/** HTML, SVG and XML that hold files in text, and scripts, JSON and other text that does; in UTF-16 too. */
export const markupDetection = {
  name: 'markup',
  nature: 'document',
  detect(bytes) {
    const isWide = wideEncoding(bytes) !== null;
    const start = plainText(bytes.subarray(0, headBytes)).toString('latin1');
    // Before the marks, each of which is looked for in all of it.
    if (/[\0-\x08\x0e-\x1a]/.test(start) || looksLikeMail(bytes)) return null;
    const text = isWide ? plainText(bytes.subarray(0, longestText)) : bytes;
    const isPage = isMarkup(text);
    const isOne = isPage ? isWide || hasMark(text) : hasScriptMark(text);
    return isOne ? { mime: mimeOf(start, isPage), isCertain: false } : null;
  },
} as const satisfies ContainerDetection;

function mimeOf(head: string, isPage: boolean): string {
  if (!isPage) return 'text/plain';
  if (/<svg\b/i.test(head)) return 'image/svg+xml';
  return /^\s*<\?xml/.test(head) ? 'application/xml' : 'text/html';
}
