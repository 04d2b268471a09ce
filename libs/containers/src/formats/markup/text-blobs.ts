import { readBase64 } from '../../decoders/base64.js';

/** A file that stands in text. */
export interface TextBlob {
  readonly label: string;
  readonly bytes: Buffer;
  /** Where it ends says nothing: it may be the beginning of a file. */
  readonly isExcerpt?: boolean;
  /** It says that it is packed, or is known to be. */
  readonly isDeflated?: 'zlib' | 'raw';
}

/*
 * All of these go over the bytes by hand: an expression that matches a run of many millions of characters overflows the
 * stack of the engine.
 */
export const tableOf = (characters: string): Uint8Array => {
  const table = new Uint8Array(256);
  for (const char of characters) table[char.charCodeAt(0)] = 1;
  return table;
};
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
export const base64 = tableOf(alphabet);
export const base64InText = tableOf(`${alphabet}=-_ \r\n\t\\`);
export const blanks = tableOf(' \r\n\t');
/** Basic goes on in the next line behind an underscore. */
const betweenNumbers = tableOf(' \r\n\t_');
const joints = tableOf(' \r\n\t+');
const quotes = tableOf('"\'`');

export function runEnd(bytes: Buffer, from: number, allowed: Uint8Array): number {
  let at = from;
  while (at < bytes.length && allowed[bytes[at] as number] === 1) at += 1;
  return at;
}

export const decoded = (run: Buffer): Buffer => readBase64(run).readings[0] ?? Buffer.alloc(0);

function* places(bytes: Buffer, word: string): Generator<number, undefined, number | undefined> {
  const mark = Buffer.from(word);
  for (let at = bytes.indexOf(mark); at >= 0;) {
    const next = yield at;
    at = bytes.indexOf(mark, Math.max(next ?? 0, at + mark.length));
  }
  return undefined;
}

/** `atob("…")`, also of several strings that plus signs join. */
export function* encodedArguments(bytes: Buffer): Generator<TextBlob> {
  for (const at of places(bytes, 'atob')) {
    const call = /^atob\s{0,20}\(\s{0,20}/.exec(bytes.toString('latin1', at, at + 50));
    if (call === null) continue;
    const pieces: Buffer[] = [];
    for (let next = at + call[0].length; quotes[bytes[next] ?? 0] === 1;) {
      const end = runEnd(bytes, next + 1, base64InText);
      // A text that ends within the string is cut off: what is there of it is looked at.
      if (end < bytes.length && bytes[end] !== bytes[next]) break;
      pieces.push(bytes.subarray(next + 1, end));
      next = runEnd(bytes, end + 1, joints);
    }
    if (pieces.length > 0) yield { label: 'decoded text', bytes: decoded(Buffer.concat(pieces)) };
  }
}

const shortestArray = 32;

/** Brackets of any kind, and the sign that gives a name to what follows. */
const arrayOpeners = new Set([...'[({='].map((char) => char.charCodeAt(0)));

/** `[77, 90, …]` and `[0x4d, 0x5a, …]`. */
export function* byteArrays(bytes: Buffer): Generator<TextBlob> {
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at];
    at += 1;
    if (byte === undefined || !(arrayOpeners.has(byte) || isDataWord(bytes, at - 1))) continue;
    const { values, next } = readNumbers(bytes, at);
    if (values.length >= shortestArray) yield { label: 'array of bytes', bytes: Buffer.from(values) };
    at = next;
  }
}

/** As far as they are bytes. */
function readNumbers(bytes: Buffer, start: number): { values: number[]; next: number } {
  const values: number[] = [];
  let at = start;
  for (;;) {
    at = runEnd(bytes, at, betweenNumbers);
    const number = readNumber(bytes, at);
    if (number === null) return { values, next: at };
    values.push(number.value);
    at = runEnd(bytes, at + number.length, blanks);
    if (bytes[at] !== 0x2c) return { values, next: at };
    at += 1;
  }
}

const plainNumber = /^(?:(?:0x|&h)[0-9a-f]{1,2}|\d{1,3})(?![0-9a-z.&])/i;
/** As Java, Delphi, assemblers, Basic and C write them, too: casts, signs, marks of bases in front and behind. */
const otherNumber =
  /^(?:\([a-z][a-z_0-9 ]{2,15}\)[ \t]{0,4})?(?:(-?\d{1,3})|(?:0x|\$|&h)([0-9a-f]{1,2})&?|0?([0-9a-f]{2})h|0o?([0-3][0-7]{2})|0b([01]{1,8}))(?![0-9a-z.])/i;
const [longestPlain, longestNumber] = [5, 32];

function readNumber(bytes: Buffer, at: number): { value: number; length: number } | null {
  const plain = plainNumber.exec(bytes.toString('latin1', at, at + longestPlain))?.[0];
  if (plain !== undefined) {
    const value = Number(plain.replace(/^&h/i, '0x'));
    return value > 255 ? null : { value, length: plain.length };
  }
  const [text, decimal, hex, hexBefore, octal, binary] =
    otherNumber.exec(bytes.toString('latin1', at, at + longestNumber)) ?? [];
  if (text === undefined) return null;
  const value =
    decimal === undefined
      ? Number.parseInt(
          hex ?? hexBefore ?? octal ?? binary ?? '',
          binary !== undefined ? 2 : octal !== undefined ? 8 : 16,
        )
      : Number(decimal);
  if (value > 255 || value < -128) return null;
  return { value: value & 255, length: text.length };
}

/** `db 4Dh, 5Ah, …` of an assembler: its word stands in front of the numbers, and nothing else does. */
const isDataWord = (bytes: Buffer, at: number): boolean =>
  ((bytes[at] ?? 0) | 0x20) === 0x62 &&
  ((bytes[at - 1] ?? 0) | 0x20) === 0x64 &&
  (bytes[at + 1] === 0x20 || bytes[at + 1] === 0x09);

const wordArray =
  /(?:(?:Big)?U?Int(16|32|64)Array[ \t]{0,4}\([ \t]{0,4}\[|\bu?int(16|32|64)_t\b[^={;]{0,80}=[ \t\r\n]{0,20}\{)/gi;
const leastWords = 8;
const firstWordBytes = 4096;
const word = /^(-?(?:0x[0-9a-f]{1,16}|\d{1,20}))(?:n|u?l{0,2})(?![0-9a-z.])/i;
const longestWord = 28;

/** Numbers of two, four or eight bytes, the lowest first, as processors have them. */
export function* wordArrays(bytes: Buffer): Generator<TextBlob> {
  for (const match of bytes.toString('latin1').matchAll(wordArray)) {
    const size = Number(match[1] ?? match[2]) / 8;
    let whole = Buffer.alloc(firstWordBytes);
    let count = 0;
    for (let at = match.index + match[0].length; ;) {
      at = runEnd(bytes, at, blanks);
      const [text, digits] = word.exec(bytes.toString('latin1', at, at + longestWord)) ?? [];
      if (text === undefined || digits === undefined) break;
      const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
      if (count * size + 8 > whole.length) whole = Buffer.concat([whole, Buffer.alloc(whole.length)]);
      // What a shorter word has no room for the next one writes over.
      whole.writeBigUInt64LE(BigInt.asUintN(64, value), count * size);
      count += 1;
      at = runEnd(bytes, at + text.length, blanks);
      if (bytes[at] !== 0x2c) break;
      at += 1;
    }
    if (count >= leastWords) yield { label: 'array of words', bytes: whole.subarray(0, count * size) };
  }
}

const shortestEscaped = 32;

/**
 * Bytes that a script writes as `\x4d`, `\u004d`, `\u{4d}`, `\115` or, for `unescape`, `%4d`, so many of them that it is
 * no name.
 */
export function* escapedRuns(bytes: Buffer): Generator<TextBlob> {
  for (let at = 0; at < bytes.length;) {
    const values: number[] = [];
    for (let next = escapedByte(bytes, at); next !== null; next = escapedByte(bytes, at)) {
      values.push(...next.values);
      at = nextString(bytes, at + next.length);
    }
    if (values.length >= shortestEscaped) yield { label: 'escaped text', bytes: Buffer.from(values) };
    if (values.length === 0) at += 1;
  }
}

const escape = /^(?:(?:\\x|\\u00|\\[ux]\{0{0,4}|%)([0-9a-f]{2})(\}?)|\\([0-3][0-7]{2}|[0-7]{2}))/i;

const doubleQuote = 0x22;

/** Compilers of C join strings that stand one behind the other. */
function nextString(bytes: Buffer, at: number): number {
  if (bytes[at] !== doubleQuote) return at;
  const next = runEnd(bytes, at + 1, blanks);
  return next > at + 1 && bytes[next] === doubleQuote ? next + 1 : at;
}

const pair = /^%u([0-9a-f]{2})([0-9a-f]{2})/i;

function escapedByte(bytes: Buffer, at: number): { values: number[]; length: number } | null {
  if (bytes[at] !== 0x5c && bytes[at] !== 0x25) return null;
  // Two bytes, the second one first.
  const [, high, low] = pair.exec(bytes.toString('latin1', at, at + 6)) ?? [];
  if (high !== undefined && low !== undefined)
    return { values: [Number.parseInt(low, 16), Number.parseInt(high, 16)], length: 6 };
  const [text, hex, brace, octal] = escape.exec(bytes.toString('latin1', at, at + 12)) ?? [];
  if (text === undefined) return null;
  const isBraced = text.includes('{');
  if (hex !== undefined && isBraced && brace === '') return null;
  const length = isBraced || brace === undefined ? text.length : text.length - brace.length;
  return { values: [hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16)], length };
}
