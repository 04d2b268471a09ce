import { readBase64 } from './base64.js';

/** A file in the midst of text. */
export interface EmbeddedFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Its end is there. */
  readonly isWhole: boolean;
  /** Where the text goes on. */
  readonly next: number;
  /** Others of its file are elsewhere. */
  readonly isPiece?: boolean;
}

const begin = Buffer.from('begin');
/** `begin 644 name`, `begin-base64 644 name` (`-encoded`: its name is, too), with what else stands in the line. */
const beginLine =
  /^begin(-base64(?:-encoded)?)?[ \t]+[0-7]{1,32}(?:[ \t]+([^\r\n]{0,1000}))?(?:\r?\n|\r|\r?$)/;
/** To readers that look for the word alone. So may text begin: what follows has to be more than a line. */
const otherLine = /^begin()[ \t]+([^\r\n]{0,1000})(?:\r?\n|\r|\r?$)/;
const longestBegin = 1100;
const maxLineBytes = 90;
const leastLines = 2;

/** The next file that is uuencoded in this text; null: none. */
export function findUuencoded(text: Buffer, from: number): EmbeddedFile | null {
  for (let at = text.indexOf(begin, from); at >= 0; at = text.indexOf(begin, at + begin.length)) {
    const before = text[at - 1];
    if (at > 0 && before !== 0x0a && before !== 0x0d) continue;
    const line = text.toString('latin1', at, at + longestBegin);
    const known = beginLine.exec(line);
    const match = known ?? otherLine.exec(line);
    if (match === null) continue;
    const file = { name: (match[2] ?? '').trim(), start: at + match[0].length };
    const lines = match[0].endsWith('\r') ? withLineFeeds(text) : text;
    const isBase64 = match[1]?.startsWith('-base64') === true;
    const found = isBase64 ? readBase64Lines(lines, file) : readLines(lines, file, known !== null);
    if (found !== null) return found;
  }
  return null;
}

/** Lines of it from the beginning on, where something else says that they are; null: there are none. */
export const bareUuencoded = (text: Buffer): Buffer | null =>
  text.indexOf(begin) >= 0 ? null : (readLines(text, { name: '', start: 0 }, true)?.bytes ?? null);

const mended = new WeakMap<Buffer, Buffer>();

/** Of old Macintoshes, whose lines end in a bare CR: each of them in its place an LF. */
function withLineFeeds(text: Buffer): Buffer {
  const known = mended.get(text);
  if (known !== undefined) return known;
  const lines = Buffer.from(text.map((byte) => (byte === 0x0d ? 0x0a : byte)));
  mended.set(text, lines);
  return lines;
}

interface Start {
  readonly name: string;
  readonly start: number;
}

function readLines(text: Buffer, { name, start }: Start, isKnown: boolean): EmbeddedFile | null {
  const pieces: Buffer[] = [];
  let at = start;
  let isWhole = false;
  let translate = (line: Buffer): Buffer => line;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const next = end < text.length ? end + 1 : end;
    const line = text.subarray(at, end > at && text[end - 1] === 0x0d ? end - 1 : end);
    if (isLast(line) || (line.length === 0 && pieces.length > 0)) {
      isWhole = isLast(line) || isLast(lineOf(text, next));
      if (isLast(line)) at = next;
      break;
    }
    at = next;
    if (line.length === 0) continue;
    if (pieces.length === 0 && isXx(line)) translate = fromXx;
    const plain = translate(line);
    const bytes =
      decodeLine(plain) ?? decodeTrimmed(plain) ?? (end === text.length ? decodeBegun(plain) : null);
    if (bytes === null) break;
    if (bytes.length > 0) pieces.push(bytes);
  }
  if (pieces.length === 0 || (!isKnown && !isWhole && pieces.length < leastLines)) return null;
  return { name, bytes: Buffer.concat(pieces), isWhole, next: at };
}

const isLast = (line: Buffer): boolean => line.toString('latin1') === 'end';

function lineOf(text: Buffer, at: number): Buffer {
  const end = lineEnd(text, at);
  return text.subarray(at, end > at && text[end - 1] === 0x0d ? end - 1 : end);
}

/** Values of 0 to 63 in the alphabet of xxencode, which is uuencode with characters that nothing changes. */
const xxValues = new Uint8Array(256).fill(64);
for (const [value, char] of [...'+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'].entries())
  xxValues[char.charCodeAt(0)] = value;

const fromXx = (line: Buffer): Buffer => Buffer.from(line.map((byte) => (xxValues[byte] as number) + 32));

/** Not both: of either its first character has to say how long the line is. */
const isXx = (line: Buffer): boolean =>
  decodeLine(line) === null &&
  line.every((byte) => xxValues[byte] !== 64) &&
  decodeLine(fromXx(line)) !== null;

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

const fullLine = 77;

/** Blanks stand for zeros in the old form, and mail loses those at the end of a line. A full line says 45 bytes. */
function decodeTrimmed(line: Buffer): Buffer | null {
  const [first = 0] = line;
  if (first <= 32 || first > fullLine) return null;
  const length = 1 + Math.ceil((first - 32) / 3) * 4;
  return line.length >= length
    ? null
    : decodeLine(Buffer.concat([line, Buffer.alloc(length - line.length, 32)]));
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
