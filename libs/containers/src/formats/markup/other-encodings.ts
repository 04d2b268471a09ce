import { inflateRawSync, inflateSync } from 'node:zlib';
import { encodedScripts, hasEncodedScript } from '../../decoders/encoded-script.js';
import { fileMarks } from './file-marks.js';
import { runsOf } from './base64-runs.js';
import type { TextLook } from './text-look.js';
import { type TextBlob, decoded, runEnd, tableOf } from './text-blobs.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const reversed = (text: Buffer): Buffer => Buffer.from(text).reverse();

/** How files begin: zip, programs, gzip, PDF, RAR, 7z, OLE. */
const heads = ['504b0304', '4d5a9000', '1f8b0800', '25504446', '52617221', '377abcaf', 'd0cf11e0'].map(
  (hex) => Buffer.from(hex, 'hex'),
);
const alphabet32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const alphabet85 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
const digits85 = (value: number): number[] =>
  [85 ** 4, 85 ** 3, 85 ** 2, 85, 1].map((power) => Math.floor(value / power) % 85);

const marks32 = heads.map((head) => {
  const bits = [...head].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return latin1(
    (bits.slice(0, 30).match(/.{5}/g) ?? [])
      .map((five) => alphabet32[Number.parseInt(five, 2)] ?? '')
      .join(''),
  );
});
const marks85 = heads.map((head) =>
  latin1(
    digits85(head.readUInt32BE(0))
      .map((digit) => alphabet85[digit] ?? '')
      .join(''),
  ),
);
const marksBackwards = [...fileMarks.filter((mark) => mark.length >= 5).slice(0, 8), latin1('TVqQAA')].map(
  reversed,
);
const hexBackwards = ['4030b405', '4030B405', '0009a5d4', '0009A5D4', '8080b8f1', '8080B8F1'].map(latin1);
const ascii85Start = latin1('<~');
const binaryHeads = ['01010000', '01001101', '00011111'].map(latin1);
const wordsOfPacking = ['nflate', 'ncompress', 'ecompress', 'eflateStream'].map(latin1);
const decimals = /\b(?:80(\D{1,4})75\1|77(\D{1,4})90\2|31(\D{1,4})139\3|37(\D{1,4})80\4|82(\D{1,4})97\5)/;

const ofRuns = [...marks32, ...marksBackwards, ...hexBackwards];
const ofTokens = [...marks85, ascii85Start];
const shortestToken = 60;
const shortestRun = 32;
const includesAny = (bytes: Buffer, marks: readonly Buffer[]): boolean =>
  marks.some((mark) => bytes.includes(mark));

/** By words alone; what they stand for is looked at when it is opened. */
export function hasOtherEncoding(bytes: Buffer, text: () => string, look: TextLook): boolean {
  if (hasEncodedScript(bytes) || bytes.includes(patchWord) || bytes.includes(filterWord)) return true;
  if (look.longestRun >= shortestRun && includesAny(bytes, wordsOfPacking)) return true;
  if (look.longestRun >= shortestToken && includesAny(bytes, ofRuns)) return true;
  if (look.longestToken >= shortestToken && includesAny(bytes, ofTokens)) return true;
  return look.hasDigits && (includesAny(bytes, binaryHeads) || decimals.test(text()));
}

const shortest = 88;

/** Files in encodings that scripts undo: base 32, base 85, digits of any base with anything between, backwards, packed. */
export function* otherEncodings(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  for (const script of encodedScripts(bytes)) yield { label: 'encoded script', bytes: script };
  yield* gitPatches(bytes, checkTime);
  yield* marked(bytes, marks32, set32, (run) => decode32(run), checkTime);
  yield* marked(bytes, marks85, set85, (run) => decode85(run, ofGit), checkTime);
  yield* ascii85Runs(bytes, checkTime);
  yield* backwards(bytes, marksBackwards, setBackwards, decoded, checkTime);
  yield* backwards(
    bytes,
    hexBackwards,
    setHex,
    (run) => Buffer.from(run.toString('latin1'), 'hex'),
    checkTime,
  );
  yield* decimalRuns(bytes.toString('latin1'), checkTime);
  yield* binaryRuns(bytes, checkTime);
  if (wordsOfPacking.some((word) => bytes.includes(word))) yield* packedRuns(bytes, checkTime);
}

const lineBreaks = '\r\n';
const set32 = tableOf(alphabet32 + lineBreaks);
const set85 = tableOf(alphabet85 + lineBreaks);
const setA85 = tableOf(
  `${Array.from({ length: 85 }, (_, at) => String.fromCharCode(33 + at)).join('')}z \t${lineBreaks}`,
);
const setBackwards = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const setHex = tableOf('0123456789abcdefABCDEF');

function* marked(
  bytes: Buffer,
  marks: readonly Buffer[],
  set: Uint8Array,
  decode: (run: Buffer) => Buffer,
  checkTime: () => void,
): Generator<TextBlob> {
  for (const mark of marks)
    for (let at = bytes.indexOf(mark); at >= 0;) {
      checkTime();
      const end = runEnd(bytes, at, set);
      if (end - at >= shortest)
        yield { label: 'encoded file', bytes: decode(bytes.subarray(at, end)), isExcerpt: true };
      at = bytes.indexOf(mark, Math.max(end, at + 1));
    }
}

function decode32(run: Buffer): Buffer {
  const out: number[] = [];
  let [held, bits] = [0, 0];
  for (const byte of run) {
    const value = alphabet32.indexOf(String.fromCharCode(byte));
    if (value < 0) continue;
    held = ((held << 5) | value) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push((held >> bits) & 0xff);
  }
  return Buffer.from(out);
}

const noDigit = 255;
const valuesOf = (alphabet: string): Uint8Array => {
  const values = new Uint8Array(256).fill(noDigit);
  for (const [value, char] of [...alphabet].entries()) values[char.charCodeAt(0)] = value;
  return values;
};
const lastDigit = 84;
const zeroGroup = 0x7a;

/** Groups of five; `z` is one of zeros where it is no digit. */
function decode85(run: Buffer, values: Uint8Array): Buffer {
  const out = Buffer.alloc(run.length * 4 + 4);
  let [length, value, count] = [0, 0, 0];
  for (const byte of run) {
    const digit = values[byte] as number;
    if (digit === noDigit) {
      if (byte === zeroGroup && count === 0) length += 4;
      continue;
    }
    value = value * 85 + digit;
    count += 1;
    if (count < 5) continue;
    out.writeUInt32BE(value % 2 ** 32, length);
    length += 4;
    [value, count] = [0, 0];
  }
  if (count < 2) return out.subarray(0, length);
  for (let missing = count; missing < 5; missing += 1) value = value * 85 + lastDigit;
  out.writeUInt32BE(value % 2 ** 32, length);
  return out.subarray(0, length + count - 1);
}

const ofGit = valuesOf(alphabet85);
const adobe = valuesOf(Array.from({ length: 85 }, (_, at) => String.fromCharCode(33 + at)).join(''));
const tilde = 0x7e;
/** Of PostScript's filter, which has no mark in front. */
const filterWord = latin1('ASCII85Decode filter');

/** Each may be read to the end of the text. */
const mostFilters = 8;

function* ascii85Runs(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  for (const [mark, isMarked] of [
    [ascii85Start, true],
    [filterWord, false],
  ] as const) {
    let looks = 0;
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) {
      checkTime();
      looks += 1;
      if (!isMarked && looks > mostFilters) break;
      const end = runEnd(bytes, at + mark.length, setA85);
      if (end - at < shortest || (isMarked && bytes[end] !== tilde)) continue;
      yield {
        label: 'file in base 85',
        bytes: decode85(bytes.subarray(at + mark.length, end), adobe),
        isExcerpt: true,
      };
    }
  }
}

function* backwards(
  bytes: Buffer,
  marks: readonly Buffer[],
  set: Uint8Array,
  decode: (run: Buffer) => Buffer,
  checkTime: () => void,
): Generator<TextBlob> {
  for (const mark of marks)
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) {
      checkTime();
      const end = at + mark.length;
      if (set[bytes[end] ?? 0] === 1) continue;
      let start = at;
      while (start > 0 && set[bytes[start - 1] as number] === 1) start -= 1;
      if (end - start >= shortest)
        yield {
          label: 'file backwards',
          bytes: decode(reversed(bytes.subarray(start, end))),
          isExcerpt: true,
        };
    }
}

function* decimalRuns(text: string, checkTime: () => void): Generator<TextBlob> {
  const places = new RegExp(decimals, 'g');
  for (let match = places.exec(text); match !== null; match = places.exec(text)) {
    checkTime();
    const glue = match.slice(1).find((one) => one !== undefined) ?? ' ';
    const values: number[] = [];
    let at = match.index;
    for (;;) {
      const number = /^\d{1,3}/.exec(text.slice(at, at + 3))?.[0];
      if (number === undefined || Number(number) > 255) break;
      values.push(Number(number));
      at += number.length;
      if (!text.startsWith(glue, at)) break;
      at += glue.length;
    }
    if (values.length >= shortest)
      yield { label: 'file in decimals', bytes: Buffer.from(values), isExcerpt: true };
    places.lastIndex = Math.max(at, match.index + 1);
  }
}

const binaryGap = tableOf(' ,;\t\r\n');
const [zero, one] = [0x30, 0x31];

function* binaryRuns(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  for (const mark of binaryHeads)
    for (let at = bytes.indexOf(mark); at >= 0;) {
      checkTime();
      const values: number[] = [];
      let next = at;
      for (;;) {
        let value = 0;
        let bits = 0;
        while (bits < 8 && (bytes[next] === zero || bytes[next] === one)) {
          value = value * 2 + (bytes[next] === one ? 1 : 0);
          bits += 1;
          next += 1;
        }
        if (bits < 8) break;
        values.push(value);
        if (binaryGap[bytes[next] ?? 0] === 1) next = runEnd(bytes, next, binaryGap);
      }
      if (values.length >= shortest)
        yield { label: 'file in binary digits', bytes: Buffer.from(values), isExcerpt: true };
      at = bytes.indexOf(mark, Math.max(next, at + mark.length));
    }
}

const patchWord = latin1('GIT binary patch');
const patchHead = /\nliteral \d{1,12}\r?\n/g;
const patchLine = /^([A-Za-z])([^\s]{5,65})$/;

/** Files in a patch of git: lines with their length in front, in base 85, packed as zlib does. */
function* gitPatches(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  if (!bytes.includes(patchWord)) return;
  const text = bytes.toString('latin1');
  for (const match of text.matchAll(patchHead)) {
    checkTime();
    const pieces: Buffer[] = [];
    for (let at = match.index + match[0].length; ;) {
      const found = text.indexOf('\n', at);
      const line = text
        .slice(at, found < 0 ? text.length : found)
        .trimEnd()
        .slice(0, 80);
      const [, size = '', digits = ''] = patchLine.exec(line) ?? [];
      if (size === '') break;
      const length = size <= 'Z' ? size.charCodeAt(0) - 64 : size.charCodeAt(0) - 70;
      pieces.push(decode85(latin1(digits), ofGit).subarray(0, length));
      if (found < 0) break;
      at = found + 1;
    }
    if (pieces.length > 0)
      yield { label: 'file in a patch', bytes: Buffer.concat(pieces), isDeflated: 'zlib' };
  }
}

const shortestPacked = 32;
/** What is more is unpacked where the walk's bounds are counted. */
const mostAtOnce = 1024 ** 2;
const packings = [
  ['zlib', inflateSync],
  ['raw', inflateRawSync],
] as const;

/** Where a text says that it unpacks something: every run that zlib or deflate can be undone of, to its end. */
function* packedRuns(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  for (const { start, end } of runsOf(bytes, shortestPacked)) {
    checkTime();
    const packed = decoded(bytes.subarray(start, end));
    for (const [packing, inflate] of packings) {
      try {
        const content = inflate(packed, { maxOutputLength: mostAtOnce });
        if (content.length > 0) yield { label: 'packed text', bytes: content };
      } catch (error) {
        // A word, a key or a picture: most runs are none.
        if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
          yield { label: 'packed text', bytes: packed, isDeflated: packing };
      }
    }
  }
}
