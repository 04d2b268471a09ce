import { marksIn } from '../../marks-in.js';
import { mailboxWithin } from './looks-like-mail.js';
import { isContentField, lineAt } from './mime-lines.js';

const versions = [
  '\nMIME-Version:',
  '\nMime-Version:',
  '\nmime-version:',
  '\nMIME-VERSION:',
  '\rMIME-Version:',
].map((text) => Buffer.from(text));
const hasVersion = marksIn(versions);
const fieldLine = /^(?:[!-9;-~]{1,128}[ \t]*:|[ \t])/;
const multipartType = /^content-type[ \t]*:[ \t]*multipart\/\w/i;
const maxLines = 40;
/** In text, behind which it is likely a text about mail. */
const nearBytes = 65_536;
const inAnyCase = /[\r\n]MIME-Version:/gi;
const sampleBytes = 1024;

/** Where a web archive or a mailbox begins that stands in something else; null: nowhere. */
export const mailWithin = (bytes: Buffer): number | null => archiveWithin(bytes) ?? mailboxWithin(bytes);

/**
 * Where the fields of a web archive begin. Word passes over what is in front, so a file may be a PDF to one program and such
 * a document to another.
 */
function archiveWithin(bytes: Buffer): number | null {
  const isText = !/[\0-\x08\x0e-\x1a\x80-\xff]/.test(bytes.toString('latin1', 0, sampleBytes));
  const all = isText ? bytes.subarray(0, nearBytes) : bytes;
  const marks = isText ? spellings(all) : versions;
  if (!isText && !hasVersion(all)) return null;
  const found = marks.flatMap((version) => firstOf(bytes, all, version) ?? []);
  return found.length === 0 ? null : Math.min(...found);
}

const maxSpellings = 16;
/** As its name is written in this text. */
const spellings = (text: Buffer): Buffer[] =>
  [...new Set(text.toString('latin1').match(inAnyCase))]
    .slice(0, maxSpellings)
    .map((one) => Buffer.from(one, 'latin1'));

function firstOf(bytes: Buffer, all: Buffer, version: Buffer): number | null {
  for (let at = all.indexOf(version); at >= 0;) {
    const fields = fieldsFrom(bytes, at + 1);
    if (fields.hasMultipart) return at + 1;
    // What was read as fields is not read again.
    at = all.indexOf(version, Math.max(at + 1, fields.end - 1));
  }
  return null;
}

/** Does one of the fields that begin here say that parts follow? `end`: behind those that were read. */
function fieldsFrom(bytes: Buffer, start: number): { hasMultipart: boolean; end: number } {
  let at = start;
  for (let count = 0; count < maxLines && at < bytes.length; count += 1) {
    const line = bytes.toString('latin1', at, at + 200);
    if (isContentField(bytes, at) && multipartType.test(line)) return { hasMultipart: true, end: at };
    if (!fieldLine.test(line)) break;
    at = lineAt(bytes, at, 'any').next;
  }
  return { hasMultipart: false, end: at };
}
