import { readBase64 } from '../../decoders/base64.js';
import { fileMarks } from './file-marks.js';

/** A file that stands in text. */
export interface TextBlob {
  readonly label: string;
  readonly bytes: Buffer;
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
const base64InText = tableOf(`${alphabet}=-_ \r\n\t\\`);
const blanks = tableOf(' \r\n\t');
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
    if (byte === undefined || !arrayOpeners.has(byte)) continue;
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
    at = runEnd(bytes, at, blanks);
    const text = /^(?:0x[0-9a-f]{1,2}|\d{1,3})(?![0-9a-z.])/i.exec(bytes.toString('latin1', at, at + 5))?.[0];
    if (text === undefined || Number(text) > 255) return { values, next: at };
    values.push(Number(text));
    at = runEnd(bytes, at + text.length, blanks);
    if (bytes[at] !== 0x2c) return { values, next: at };
    at += 1;
  }
}

/** `w:binData` and `pkg:binaryData` of Office's XML, `office:binary-data` of OpenDocument in one file. */
export function* binaryElements(bytes: Buffer): Generator<TextBlob> {
  for (const word of ['binData', 'binaryData', 'binary-data', 'binary', 'data'])
    for (const at of places(bytes, word)) {
      const isOpening = /<(?:\w{1,20}:)?$/.test(bytes.toString('latin1', Math.max(0, at - 24), at));
      const rest = /^\w+([^<>]{0,500})>/.exec(bytes.toString('latin1', at, at + 540));
      if (!isOpening || rest === null) continue;
      const start = at + rest[0].length;
      const name = /name="([^"]{0,200})"/.exec(rest[1] ?? '')?.[1];
      yield {
        label: name ?? 'binary data',
        bytes: decoded(bytes.subarray(start, runEnd(bytes, start, base64InText))),
      };
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
      values.push(next.value);
      at += next.length;
    }
    if (values.length >= shortestEscaped) yield { label: 'escaped text', bytes: Buffer.from(values) };
    if (values.length === 0) at += 1;
  }
}

const escape = /^(?:(?:\\x|\\u00|\\u\{0{0,4}|%)([0-9a-f]{2})(\}?)|\\([0-3][0-7]{2}|[0-7]{2}))/i;

function escapedByte(bytes: Buffer, at: number): { value: number; length: number } | null {
  if (bytes[at] !== 0x5c && bytes[at] !== 0x25) return null;
  const [text, hex, brace, octal] = escape.exec(bytes.toString('latin1', at, at + 12)) ?? [];
  if (text === undefined) return null;
  const isBraced = text.includes('{');
  if (hex !== undefined && isBraced && brace === '') return null;
  const length = isBraced || brace === undefined ? text.length : text.length - brace.length;
  return { value: hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16), length };
}

/** So many characters are a file of 256 bytes; shorter runs are words, hashes and keys. */
const longRun = 344;
const shortestLine = 16;
const longestGap = 8;

export function* longRuns(bytes: Buffer): Generator<TextBlob> {
  for (let at = 0; at < bytes.length;) {
    if (base64[bytes[at] as number] !== 1) {
      at += 1;
      continue;
    }
    const start = at;
    const end = withLastLine(bytes, start, wholeRunEnd(bytes, at));
    if (end - start >= longRun) yield { label: 'base64', bytes: decoded(bytes.subarray(start, end)) };
    at = end;
  }
}

/** So many characters are more than the beginning of a file that a text shows. */
const shortestFile = 88;

/** Runs of base64 that begin as files do. */
export function* fileRuns(bytes: Buffer): Generator<TextBlob> {
  for (const mark of fileMarks)
    for (let at = bytes.indexOf(mark); at >= 0;) {
      const end = withLastLine(bytes, at, wholeRunEnd(bytes, at));
      const isBeginning = base64[bytes[at - 1] ?? 0] !== 1;
      if (isBeginning && end - at >= shortestFile)
        yield { label: 'file in base64', bytes: decoded(bytes.subarray(at, end)) };
      at = bytes.indexOf(mark, end);
    }
}

/** The last line of a file is as short as it comes: one of whole groups, with its padding, behind lines of whole groups. */
function withLastLine(bytes: Buffer, start: number, end: number): number {
  const next = runEnd(bytes, end, blanks);
  const lineEnd = runEnd(bytes, next, base64);
  if (next === end || next - end > longestGap || lineEnd === next) return end;
  let padded = lineEnd;
  while (bytes[padded] === 0x3d && padded - lineEnd < 2) padded += 1;
  const isLine = padded === bytes.length || bytes[padded] === 0x0a || bytes[padded] === 0x0d;
  const before = bytes.subarray(start, end).reduce((sum, byte) => sum + (base64[byte] ?? 0), 0);
  return isLine && before % 4 === 0 && (padded - next) % 4 === 0 ? lineEnd : end;
}

function wholeRunEnd(bytes: Buffer, start: number): number {
  let end = runEnd(bytes, start, base64);
  for (let next = behindGap(bytes, end); next !== null; next = behindGap(bytes, end)) end = next;
  return end;
}

/** Where the run goes on in a next line and ends; null: it doesn't. A line of less than some characters is text. */
function behindGap(bytes: Buffer, end: number): number | null {
  const next = runEnd(bytes, end, blanks);
  if (next === end || next - end > longestGap) return null;
  const lineEnd = runEnd(bytes, next, base64);
  return lineEnd - next >= shortestLine ? lineEnd : null;
}
