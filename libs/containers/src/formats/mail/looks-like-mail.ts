import { withLineFeeds } from '../../decoders/line-feeds.js';
import { narrowText, plainText } from '../wide-text.js';

const headBytes = 16_384;
/** Where nothing but header fields stands in so many bytes, some have a long one in front. */
const longestHeadBytes = 1024 ** 2;
const headerLine = /^[!-9;-~]+[ \t]*:/;
/** Counts twice: a draft that someone is meant to open may have no other. */
const multipartType = /^content-type[ \t]*:[ \t]*multipart\/\w/i;
/** The same of a body that only a reader of mail undoes. */
const encodedBody = /^content-transfer-encoding[ \t]*:[ \t]*(?:base64|quoted-printable)[ \t]*$/i;
/** Parts without the header that names their boundary, as forms are sent and as parts are copied out of mail. */
export const bareMultipart =
  /^--([\w'()+,./:=?-]{1,70})\r?\nContent-(?:Type|Disposition|Transfer-Encoding|ID)[ \t]*:[ \t]*\w/i;
/** Headers that mail has and other `name: value` texts (HTTP, configuration) rarely have two of. */
const mailHeaders = new Set([
  'received',
  'return-path',
  'delivered-to',
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'reply-to',
  'sender',
  'dkim-signature',
  'authentication-results',
  'content-type',
  'content-transfer-encoding',
  'x-mailer',
  'in-reply-to',
  'references',
  'envelope-to',
  'x-original-to',
  'arc-seal',
]);

/**
 * Is this plainly a mail (an .eml)? The first lines are header fields, two of them known, up to the empty line. A byte order
 * mark, UTF-16, and empty lines before them are what its readers pass over.
 */
export function looksLikeMail(bytes: Buffer): boolean {
  const isMail = isMailHead(bytes.subarray(0, headBytes));
  return isMail ?? (bytes.length > headBytes && isMailHead(bytes.subarray(0, longestHeadBytes)) === true);
}

/** Null: fields to the end of these bytes, and too few of them known. */
function isMailHead(bytes: Buffer): boolean | null {
  const head = narrowText(bytes).toString('latin1');
  const text = head.replace(/^\xef\xbb\xbf/, '').replace(/^(?:[ \t]*\r?\n)+/, '');
  if (bareMultipart.test(text)) return true;
  if (!headerLine.test(text)) return false;
  let known = 0;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === '') return known >= 2;
    if (/^[ \t]/.test(line)) continue;
    if (!headerLine.test(line)) return known >= 3;
    if (mailHeaders.has(line.slice(0, line.indexOf(':')).trim().toLowerCase())) known += 1;
    if (multipartType.test(line) || encodedBody.test(line)) known += 1;
  }
  return known >= 2 ? true : null;
}

/**
 * So many known fields of a mail or of a part of one before the first empty line: readers that are told that it is one pass
 * over the lines in front and between that are none.
 */
export function hasMailFields(bytes: Buffer, least: number): boolean {
  const head = narrowText(bytes.subarray(0, headBytes)).toString('latin1');
  const lines = head.replace(/^(?:[ \t]*\r?\n)+/, '').split(/\r\n|\n|\r/);
  let known = 0;
  for (const line of lines) {
    if (line === '') break;
    if (!headerLine.test(line)) continue;
    const name = line.slice(0, line.indexOf(':')).trim().toLowerCase();
    if (mailHeaders.has(name) || name === 'content-disposition') known += 1;
    if (known >= least) return true;
  }
  return false;
}

/** Before and behind each mail of an MMDF mailbox. */
const mmdfLine = Buffer.from('\x01\x01\x01\x01\n', 'latin1');
const isMmdf = (bytes: Buffer): boolean => bytes.subarray(0, mmdfLine.length).equals(mmdfLine);

/**
 * Several mails in one file: in an mbox each begins with a `From ` line, then header fields; in MMDF's form each stands
 * between two lines of control characters. A byte order mark and empty lines in front its readers pass over.
 */
export function isMailbox(file: Buffer): boolean {
  const bytes = mailboxText(file.subarray(0, longestHeadBytes));
  if (isMmdf(bytes)) return looksLikeMail(bytes.subarray(mmdfLine.length));
  if (bytes.toString('latin1', 0, 5) !== 'From ') return false;
  const end = bytes.indexOf(0x0a);
  return end > 0 && end < 1024 && looksLikeMail(bytes.subarray(end + 1));
}

const mailboxText = (file: Buffer): Buffer => {
  const bytes = withLineFeeds(plainText(file));
  let start = 0;
  while (bytes[start] === 0x0a || bytes[start] === 0x0d) start += 1;
  return bytes.subarray(start);
};

/** The mails of a mailbox, without their `From ` lines. A line of text that begins so has no header field behind it. */
export function* splitMailbox(file: Buffer): Generator<Buffer> {
  const bytes = mailboxText(file);
  if (isMmdf(bytes)) return yield* splitMmdf(bytes);
  let start = behindLine(bytes, 0);
  while (start < bytes.length) {
    let next = bytes.indexOf('\nFrom ', start, 'latin1');
    while (next >= 0 && !isBeginning(bytes, next + 1)) next = bytes.indexOf('\nFrom ', next + 1, 'latin1');
    const end = next < 0 ? bytes.length : next + 1;
    yield bytes.subarray(start, end);
    start = next < 0 ? bytes.length : behindLine(bytes, end);
  }
}

function* splitMmdf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(mmdfLine, start);
    const end = found < 0 ? bytes.length : found;
    if (end > start) yield bytes.subarray(start, end);
    start = end + mmdfLine.length;
  }
}

function behindLine(bytes: Buffer, at: number): number {
  const found = bytes.indexOf(0x0a, at);
  return found < 0 ? bytes.length : found + 1;
}

/** With a time and a year no text begins so, whatever the next line is. */
const fromLine = /^From \S{1,200} [^\n]{0,40}\d\d:\d\d[^\n]{0,20} (?:19|20)\d\d\b/;

/** More of them in front of no mail are an attack on who looks. */
const mostLooks = 100;

/** Where a mailbox begins behind something else: readers that look for its lines pass over what is in front. Null: nowhere. */
export function mailboxWithin(bytes: Buffer): number | null {
  let looks = 0;
  for (let at = bytes.indexOf('\nFrom '); at >= 0; at = bytes.indexOf('\nFrom ', at + 1)) {
    if (!fromLine.test(bytes.toString('latin1', at + 1, at + 301))) continue;
    looks += 1;
    if (looks > mostLooks || looksLikeMail(bytes.subarray(behindLine(bytes, at + 1)))) return at + 1;
  }
  return null;
}

function isBeginning(bytes: Buffer, at: number): boolean {
  if (fromLine.test(bytes.toString('latin1', at, at + 300))) return true;
  const next = behindLine(bytes, at);
  return /^(>From |[!-9;-~]{1,100}[ \t]*:)/.test(bytes.toString('latin1', next, next + 120));
}
