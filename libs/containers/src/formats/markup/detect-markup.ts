import type { ContainerDetection } from '../../container-format.js';
import { looksLikeMail } from '../mail/looks-like-mail.js';
import { plainText, wideEncoding } from '../wide-text.js';
import { hasRun } from './base64-runs.js';
import { hasFileMark } from './file-marks.js';
import { hasOtherEncoding } from './other-encodings.js';
import { hasEscapes } from './other-readings.js';
import { hasScriptBlob } from './script-marks.js';
import { hasDataScheme, lookAtText } from './text-look.js';

const headBytes = 4096;
const markup =
  /<(?:!doctype|\?xml|html|head|body|script|svg|a|img|div|meta|iframe|embed|object|style|table|mxfile)\b/i;
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
  '<diagram',
  '&#',
  'unescape',
  '\\x',
  '\\u00',
  '&colon;',
  '<!ENTITY',
  'http://ns.adobe.com/xfdf/',
  'utf-7',
  'UTF-7',
].map((mark) => Buffer.from(mark));
const hasMark = (bytes: Buffer): boolean =>
  marks.some((mark) => bytes.includes(mark)) || hasDataScheme(bytes) || hasTextBlob(bytes);
const scripts = [
  '%u',
  'atob(',
  'Uint8Array',
  'unescape(',
  ';base64,',
  '%3Bbase64',
  '%3bbase64',
  'fromCharCode',
].map((mark) => Buffer.from(mark));
const hasScriptMark = (bytes: Buffer): boolean =>
  scripts.some((mark) => bytes.includes(mark)) || hasTextBlob(bytes);
const shortestLine = 16;
const backslash = 0x5c;

/** Most texts are done after one pass: what follows needs a run, a token or digits that they have not. */
function hasTextBlob(bytes: Buffer): boolean {
  const look = lookAtText(bytes);
  if (look.longestRun >= shortestLine && (hasFileMark(bytes) || hasRun(bytes))) return true;
  const text = lazily(() => bytes.toString('latin1'));
  if (bytes.includes(backslash) && hasEscapes(text())) return true;
  return hasScriptBlob(text, look) || hasOtherEncoding(bytes, text, look);
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}

const element = /<(?:a|img|iframe|embed|object|script|svg)\b/i;
const entity = Buffer.from('&#');
/** A page behind any amount of text, which browsers show all the same: with an address in entities, which no text has. */
export const isPageBehind = (text: Buffer): boolean =>
  text.includes(entity) && element.test(text.toString('latin1', headBytes));

const longestText = 64 * 1024 ** 2;

/** Of those whose letters stand in no packed bytes by chance. */
const sureMarkup =
  /<(?:!doctype|\?xml|html|head|body|script|svg|img|div|meta|iframe|embed|object|style|table|mxfile)\b/i;

/** By its first bytes. */
const isMarkupHead = (head: string): boolean => markup.test(head);
export const isMarkup = (text: Buffer): boolean => isMarkupHead(text.toString('latin1', 0, headBytes));

const controls = /[\0-\x08\x0e-\x1a]/g;
/** Of packed bytes every twelfth is one. */
const leastBetween = 32;

/** Browsers and shells pass over control characters, some of which hide no text, and in a page no number of them. */
function isBinary(head: string, isKnown: boolean): boolean {
  const count = (head.match(controls) ?? []).length;
  return count > 0 && (isKnown || (count > head.length / leastBetween && !sureMarkup.test(head)));
}

/** HTML, SVG and XML that hold files in text, and scripts, JSON and other text that does; in UTF-16 too. */
export const markupDetection = {
  name: 'markup',
  nature: 'document',
  detect(bytes, before: readonly string[] = []) {
    const isWide = wideEncoding(bytes) !== null;
    const start = plainText(bytes.subarray(0, headBytes)).toString('latin1');
    const isPage = isMarkupHead(start);
    // Before the marks, each of which is looked for in all of it.
    if (isBinary(start, before.length > 0) || looksLikeMail(bytes)) return null;
    const text = isWide ? plainText(bytes.subarray(0, longestText)) : bytes;
    const isOne = isPage ? isWide || hasMark(text) : hasScriptMark(text) || isPageBehind(text);
    return isOne ? { mime: mimeOf(start, isPage), isCertain: false } : null;
  },
} as const satisfies ContainerDetection;

function mimeOf(head: string, isPage: boolean): string {
  if (!isPage) return 'text/plain';
  if (/<svg\b/i.test(head)) return 'image/svg+xml';
  return /^\s*<\?xml/.test(head) ? 'application/xml' : 'text/html';
}
