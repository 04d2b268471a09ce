import {
  beginning,
  decimalEscapes,
  encodedCommand,
  hexRecord,
  isSureWithin,
  joint as anyJoint,
  joinedCharacters,
  magics,
  pascalCodes,
  spelledText,
} from './script-marks.js';
import {
  type TextBlob,
  base64,
  byteArrays,
  decoded,
  escapedRuns,
  runEnd,
  tableOf,
  wordArrays,
} from './text-blobs.js';

const separators = tableOf(' ,:-\\\r\n\t');
const shortestHex = 48;
const longestSeparator = 80;

/**
 * Files in hexadecimal: as one string, in pairs with anything between them (a registry's `hex:50,4b,…`), or as a dump of
 * lines that begin with where they stand, which `certutil -decodehex` and `xxd -r` undo.
 */
export function* hexFiles(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  const text = bytes.toString('latin1');
  const beginnings = new RegExp(beginning, 'gi');
  for (let match = beginnings.exec(text); match !== null; match = beginnings.exec(text)) {
    checkTime();
    if (isHexBefore(bytes, match.index) && !isSureWithin(match[0])) continue;
    const { values, next } = readDump(text, match.index) ?? readPairs(bytes, match.index);
    if (values.length >= shortestHex) yield { label: 'file in hexadecimal', bytes: Buffer.from(values) };
    beginnings.lastIndex = Math.max(next, beginnings.lastIndex);
  }
}

/** Text in hexadecimal, which no number is. */
export function* hexTexts(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  const text = bytes.toString('latin1');
  const places = new RegExp(spelledText, 'gi');
  for (let match = places.exec(text); match !== null; match = places.exec(text)) {
    checkTime();
    const { values, next } = readDump(text, match.index) ?? readPairs(bytes, match.index);
    const content = Buffer.from(values);
    if (!isHexBefore(bytes, match.index) && content.length >= shortestHex && isText(content))
      yield { label: 'text in hexadecimal', bytes: content };
    places.lastIndex = Math.max(next, places.lastIndex);
  }
}

const hexDigit = tableOf('0123456789abcdefABCDEF');
/** `0x` may stand in front, and digits may not. */
const isHexBefore = (bytes: Buffer, at: number): boolean =>
  hexDigit[bytes[at - 1] ?? 0] === 1 &&
  !/[a-z]$/i.test(bytes.toString('latin1', Math.max(0, at - 2), at - 1));

interface Pairs {
  readonly values: readonly number[];
  readonly next: number;
}

function readPairs(bytes: Buffer, start: number): Pairs {
  const values: number[] = [];
  let at = start;
  for (;;) {
    if (hexDigit[bytes[at] ?? 0] !== 1 || hexDigit[bytes[at + 1] ?? 0] !== 1) return { values, next: at };
    values.push(Number.parseInt(bytes.toString('latin1', at, at + 2), 16));
    const next = runEnd(bytes, at + 2, separators);
    if (next - at > longestSeparator) return { values, next };
    at = next;
  }
}

/** Before the bytes. */
const longestPlace = 64;
/** Of 256 bytes and their characters, which is the most that xxd writes. */
const longestLine = 1200;
const mostInLine = 256;
const usualInLine = 16;
const dumpLine = /^[ \t]*([0-9a-f]{4,16})(?::?[ \t]{1,4})(\S.*)/i;

/** Null: the line does not begin with its place, which is 0. */
function readDump(text: string, mark: number): Pairs | null {
  const values: number[] = [];
  const before = text.slice(Math.max(0, mark - longestPlace), mark);
  const lineBreak = before.lastIndexOf('\n');
  if (lineBreak < 0 && mark > longestPlace) return null;
  let at = mark - before.length + lineBreak + 1;
  let width = usualInLine;
  for (;;) {
    const line = lineAt(text, at);
    const [, place = '', rest = ''] = dumpLine.exec(line) ?? [];
    if (place === '' || Number.parseInt(place, 16) !== values.length) break;
    at += line.length + 1;
    const [, following = ''] = dumpLine.exec(lineAt(text, at)) ?? [];
    const count = Number.parseInt(following, 16) - values.length;
    if (count > 0) width = Math.min(mostInLine, count);
    const row = readLine(rest, width);
    if (row.length === 0) break;
    values.push(...row);
  }
  return values.length === 0 ? null : { values, next: Math.max(at, mark + 1) };
}

/** What is longer is no line of a dump. */
function lineAt(text: string, at: number): string {
  const line = text.slice(at, at + longestLine);
  const end = line.indexOf('\n');
  return end < 0 ? line : line.slice(0, end);
}

/** Up to the column of characters, which wide gaps stand in front of; halves of a line may be set apart. */
function readLine(line: string, count: number): number[] {
  const [columns = ''] = line.split(/ {3,}|\t/, 1);
  const pairs = columns.match(/[0-9a-f]{2}(?![^ \r0-9a-f])/gi) ?? [];
  return pairs.slice(0, count).map((pair) => Number.parseInt(pair, 16));
}

const shortestRecord = 5;

/** Files of Intel's or Motorola's form, a line a record, with an address in front and a sum behind, which 7-Zip unpacks. */
export function* recordFiles(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  const text = bytes.toString('latin1');
  const places = new RegExp(hexRecord, 'gi');
  for (let match = places.exec(text); match !== null; match = places.exec(text)) {
    checkTime();
    const pieces: Buffer[] = [];
    let at = match.index + match[0].length;
    for (;;) {
      const line = lineAt(text, at).trimEnd();
      const data = recordData(line);
      if (data === null) break;
      if (data.length > 0) pieces.push(data);
      at += lineAt(text, at).length + 1;
    }
    const content = Buffer.concat(pieces);
    if (content.length >= shortestHex) yield { label: 'file in records', bytes: content, isExcerpt: true };
    places.lastIndex = Math.max(at - 1, match.index + 1);
  }
}

/** Empty: of a record without data. Null: no record whose length is as it says. */
function recordData(line: string): Buffer | null {
  const isIntel = line.startsWith(':');
  if (!isIntel && !/^S[0-9]/i.test(line)) return null;
  const row = Buffer.from(line.slice(isIntel ? 1 : 2), 'hex');
  const length = row[0] ?? 0;
  if (row.length < shortestRecord - 1 || row.length !== length + (isIntel ? shortestRecord : 1)) return null;
  if (isIntel) return row[3] === 0 ? row.subarray(4, 4 + length) : Buffer.alloc(0);
  const kind = Number(line[1]);
  return kind >= 1 && kind <= 3 ? row.subarray(2 + kind, length) : Buffer.alloc(0);
}

/** Characters by their number, without anything between. */
export function* codeRuns(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  const text = bytes.toString('latin1');
  for (const [pattern, one] of [
    [pascalCodes, /#(?:\$([0-9a-f]{2})|(\d{1,3}))/iy],
    [decimalEscapes, /\\()(\d{1,3})/y],
  ] as const)
    for (let at = text.search(pattern); at >= 0;) {
      checkTime();
      const values: number[] = [];
      one.lastIndex = at;
      for (let match = one.exec(text); match !== null; match = one.exec(text)) {
        const value = match[2] === undefined ? Number.parseInt(match[1] ?? '', 16) : Number(match[2]);
        if (value > 255) break;
        values.push(value);
        at = one.lastIndex;
      }
      const content = Buffer.from(values);
      if (values.length >= shortestJoined && (isText(content) || beginsAsFile(content)))
        yield { label: 'characters by number', bytes: content };
      const next = text.slice(at + 1).search(pattern);
      at = next < 0 ? -1 : at + 1 + next;
    }
}

const shortestJoined = 32;
const character =
  /(?:cha?r[wb]?\$?[ \t]{0,2}\(|\[char\][ \t]{0,2}\(?)[ \t]{0,2}(?:(?:&h|0x)([0-9a-f]{1,2})|(\d{1,3}))&?[ \t]{0,2}\)?/iy;
const joint = new RegExp(anyJoint, 'iy');
/** `Chr(77) & Chr(90) & …` of Basic, `[char]77+[char]90+…` of PowerShell. */
export function* characterRuns(bytes: Buffer): Generator<TextBlob> {
  const text = bytes.toString('latin1');
  for (let at = text.search(joinedCharacters); at >= 0 && at < text.length;) {
    const { values, next } = readCharacters(text, at);
    if (values.length >= shortestJoined) yield { label: 'joined characters', bytes: Buffer.from(values) };
    const rest = nextCharacter(text, Math.max(next, at + 1));
    if (rest < 0) return;
    at = rest;
  }
}

const anyCharacter = /cha?r[wb]?\$?[ \t]{0,2}\(|\[char\]/gi;
function nextCharacter(text: string, from: number): number {
  anyCharacter.lastIndex = from;
  return anyCharacter.exec(text)?.index ?? -1;
}

function readCharacters(text: string, start: number): Pairs {
  const values: number[] = [];
  let at = start;
  for (;;) {
    character.lastIndex = at;
    const match = character.exec(text);
    const value = match?.[1] === undefined ? Number(match?.[2]) : Number.parseInt(match[1], 16);
    if (match === null || !(value <= 255)) return { values, next: at };
    values.push(value);
    at = joint.lastIndex = character.lastIndex;
    if (joint.exec(text) === null) return { values, next: at };
    at = joint.lastIndex;
  }
}

/** Text that PowerShell runs, as it reads it: base64 of UTF-16. */
export function* encodedCommands(bytes: Buffer): Generator<TextBlob> {
  for (const match of bytes.toString('latin1').matchAll(new RegExp(encodedCommand, 'gi'))) {
    const start = match.index + match[0].length;
    const wide = decoded(bytes.subarray(start, runEnd(bytes, start, base64)));
    if (isWide(wide)) yield { label: 'encoded command', bytes: Buffer.from(wide.toString('utf16le')) };
  }
}

/** Nearly every second byte of UTF-16 is zero where the text is Latin. */
function isWide(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 256);
  const zeros = sample.filter((byte, at) => at % 2 === 1 && byte === 0).length;
  return zeros * 4 > sample.length;
}

/** Numbers and escapes of a program are tables mostly: those that begin as a file does, or are nothing but text. */
export function* hiddenFiles(bytes: Buffer): Generator<TextBlob> {
  for (const find of [byteArrays, escapedRuns, wordArrays])
    for (const blob of find(bytes)) if (beginsAsFile(blob.bytes) || isText(blob.bytes)) yield blob;
}

const beginsAsFile = (bytes: Buffer): boolean =>
  magics.some((magic) => bytes.subarray(0, magic.length).equals(magic));
const isText = (bytes: Buffer): boolean =>
  bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13));
