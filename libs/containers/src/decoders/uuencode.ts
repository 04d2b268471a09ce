import { readBase64 } from './base64.js';

/** A file in the midst of text. */
export interface EmbeddedFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Its end is there. */
  readonly isWhole: boolean;
  /** Where the text goes on. */
  readonly next: number;
}

const begin = Buffer.from('begin');
/** `begin 644 name` and `begin-base64 644 name`, with what else stands in the line. */
const beginLine = /^begin(-base64)? +[0-7]{3,4} +([^\r\n]{1,255})\r?(?:\n|$)/;
const maxLineBytes = 90;

/** The next file that is uuencoded in this text; null: none. */
export function findUuencoded(text: Buffer, from: number): EmbeddedFile | null {
  for (let at = text.indexOf(begin, from); at >= 0; at = text.indexOf(begin, at + begin.length)) {
    const before = text[at - 1];
    if (at > 0 && before !== 0x0a && before !== 0x0d) continue;
    const match = beginLine.exec(text.toString('latin1', at, at + 300));
    if (match === null) continue;
    const file = { name: (match[2] ?? '').trim(), start: at + match[0].length };
    const found = match[1] === undefined ? readLines(text, file) : readBase64Lines(text, file);
    if (found !== null) return found;
  }
  return null;
}

interface Start {
  readonly name: string;
  readonly start: number;
}

function readLines(text: Buffer, { name, start }: Start): EmbeddedFile | null {
  const pieces: Buffer[] = [];
  let at = start;
  let isWhole = false;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const next = end < text.length ? end + 1 : end;
    const line = text.subarray(at, end > at && text[end - 1] === 0x0d ? end - 1 : end);
    if (line.length === 0 || line.toString('latin1') === 'end') {
      isWhole = line.length > 0;
      if (!isWhole && pieces.length > 0) break;
      at = next;
      if (isWhole) break;
      continue;
    }
    const bytes = decodeLine(line) ?? (end === text.length ? decodeBegun(line) : null);
    if (bytes === null) break;
    if (bytes.length > 0) pieces.push(bytes);
    at = next;
  }
  return pieces.length === 0 ? null : { name, bytes: Buffer.concat(pieces), isWhole, next: at };
}

function lineEnd(text: Buffer, at: number): number {
  const found = text.indexOf(0x0a, at);
  return found < 0 ? text.length : found;
}

/** Null: no line of uuencoded data. Its first character says how many bytes; readers take shorter and longer lines. */
function decodeLine(line: Buffer): Buffer | null {
  const count = ((line[0] as number) - 32) & 63;
  const expected = Math.ceil(count / 3) * 4;
  const isData =
    line.length <= maxLineBytes && line.length - 1 >= (count * 4) / 3 && line.length <= expected + 4;
  if (!isData || line.some((byte) => byte < 32 || byte > 96)) return null;
  const out = Buffer.alloc(Math.ceil(count / 3) * 3);
  for (let group = 0; group * 3 < count; group += 1) {
    let bits = 0;
    for (let at = 0; at < 4; at += 1) bits = (bits << 6) | (((line[1 + group * 4 + at] ?? 32) - 32) & 63);
    out.writeUIntBE(bits, group * 3, 3);
  }
  return out.subarray(0, count);
}

/** A last line that says more bytes than there are: the text is cut off within it. */
function decodeBegun(line: Buffer): Buffer | null {
  const [first = 0, ...rest] = line;
  if (first < 33 || first > 95 || rest.length < 4) return null;
  const count = Math.floor(rest.length / 4) * 3;
  return decodeLine(Buffer.from([32 + count, ...rest.slice(0, (count / 3) * 4)]));
}

function readBase64Lines(text: Buffer, { name, start }: Start): EmbeddedFile | null {
  const found = text.indexOf('====', start);
  const end = found < 0 ? text.length : found;
  const bytes = readBase64(text.subarray(start, end)).readings[0];
  if (bytes === undefined || bytes.length === 0) return null;
  return { name, bytes, isWhole: found >= 0, next: end };
}
