import { mailboxWithin } from './looks-like-mail.js';
import { isContentField, lineAt } from './mime-lines.js';

const fieldLine = /^(?:[!-9;-~]{1,128}[ \t]*:|[ \t])/;
const multipartType = /^content-type[ \t]*:[ \t]*multipart\/\w/i;
/** In text, behind which it is likely a text about mail. */
const nearBytes = 65_536;
const sampleBytes = 1024;

/** Where a web archive or a mailbox begins that stands in something else; null: nowhere. */
export const mailWithin = (bytes: Buffer): number | null => archiveWithin(bytes) ?? mailboxWithin(bytes);

/**
 * Where the fields of a web archive begin. Word passes over what is in front, so a file may be a PDF to one program and such
 * a document to another.
 */
function archiveWithin(bytes: Buffer): number | null {
  const isText = !/[\0-\x08\x0e-\x1a\x80-\xff]/.test(bytes.toString('latin1', 0, sampleBytes));
  const to = isText ? Math.min(nearBytes, bytes.length) : bytes.length;
  for (let at = nextVersion(bytes, 1, to); at >= 0;) {
    const fields = fieldsFrom(bytes, at);
    if (fields.hasMultipart) return at;
    // What was read as fields is not read again.
    at = nextVersion(bytes, fields.end, to);
  }
  return null;
}

/** In lower case; no two of its pairs of bytes are the same. */
const version = Buffer.from('mime-version:');
const pairs = version.length - 1;
/** Of each pair of bytes, in any case, the place in the field's name; -1: none. */
const placeOfPair = new Int8Array(65_536).fill(-1);
for (let place = 0; place < pairs; place += 1)
  for (const first of inBothCases(version[place] as number))
    for (const second of inBothCases(version[place + 1] as number))
      placeOfPair[first | (second << 8)] = place;

function inBothCases(byte: number): number[] {
  return byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte];
}

/** Where the field stands next at the beginning of a line, however its name is written. One pair of so many is looked at. */
function nextVersion(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at + 1 < to; at += pairs) {
    const place = placeOfPair[(bytes[at] as number) | ((bytes[at + 1] as number) << 8)] as number;
    if (place >= 0 && at - place >= from && isVersion(bytes, at - place, to)) return at - place;
  }
  return -1;
}

function isVersion(bytes: Buffer, start: number, to: number): boolean {
  const before = bytes[start - 1];
  if ((before !== 0x0a && before !== 0x0d) || start + version.length > to) return false;
  return bytes.toString('latin1', start, start + version.length).toLowerCase() === 'mime-version:';
}

/** Does one of the fields that begin here say that parts follow? `end`: behind those that were read. */
function fieldsFrom(bytes: Buffer, start: number): { hasMultipart: boolean; end: number } {
  let at = start;
  while (at < bytes.length) {
    const line = bytes.toString('latin1', at, at + 200);
    if (isContentField(bytes, at) && multipartType.test(line)) return { hasMultipart: true, end: at };
    if (!fieldLine.test(line)) break;
    at = lineAt(bytes, at, 'any').next;
  }
  return { hasMultipart: false, end: at };
}
