import { alphabet32, alphabet32hex, decode32 } from '../../decoders/base-32.js';
import {
  alphabet85,
  alphabetZ85,
  decode85,
  digits85,
  ofAdobe,
  ofGit,
  ofZ85,
} from '../../decoders/base-85.js';
import { encodedScripts, hasEncodedScript } from '../../decoders/encoded-script.js';
import { fileMarks } from './file-marks.js';
import { gitPatches, hasGitPatch } from './git-patches.js';
import { hasNarrowLines, narrowRuns } from './narrow-runs.js';
import { hasWordOfPacking, hasZlibRun, packedRuns, zlibRuns } from './packed-runs.js';
import type { TextLook } from './text-look.js';
import { type TextBlob, decoded, runEnd, tableOf } from './text-blobs.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const reversed = (text: Buffer): Buffer => Buffer.from(text).reverse();

/** How files begin: zip, programs, gzip, PDF, RAR, 7z, OLE, xz, Zstandard. */
const heads = [
  ...['504b0304', '4d5a9000', '1f8b0800', '25504446', '52617221', '377abcaf', 'd0cf11e0'],
  ...['fd377a58', '28b52ffd'],
].map((hex) => Buffer.from(hex, 'hex'));

const in32 = (head: Buffer, alphabet: string): Buffer => {
  const bits = [...head].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return latin1(
    (bits.slice(0, 30).match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)] ?? '').join(''),
  );
};
const in85 = (head: Buffer, alphabet: string): Buffer =>
  latin1(
    digits85(head.readUInt32BE(0))
      .map((digit) => alphabet[digit] ?? '')
      .join(''),
  );
const marks32 = heads.map((head) => in32(head, alphabet32));
const marks32hex = heads.map((head) => in32(head, alphabet32hex));
const marks85 = heads.map((head) => in85(head, alphabet85));
const marksZ85 = heads.map((head) => in85(head, alphabetZ85));
const marksBackwards = [...fileMarks.filter((mark) => mark.length >= 5).slice(0, 8), latin1('TVqQAA')].map(
  reversed,
);
const hexBackwards = ['4030b405', '4030B405', '0009a5d4', '0009A5D4', '8080b8f1', '8080B8F1'].map(latin1);
const ascii85Start = latin1('<~');
const binaryHeads = ['01010000', '01001101', '00011111'].map(latin1);
const decimals = /\b(?:80(\D{1,4})75\1|77(\D{1,4})90\2|31(\D{1,4})139\3|37(\D{1,4})80\4|82(\D{1,4})97\5)/;

const ofRuns = [...marks32, ...marks32hex, ...marksBackwards, ...hexBackwards];
const ofTokens = [...marks85, ...marksZ85, ascii85Start];
const shortestToken = 60;
const shortestRun = 32;
const includesAny = (bytes: Buffer, marks: readonly Buffer[]): boolean =>
  marks.some((mark) => bytes.includes(mark));

/** By words alone; what they stand for is looked at when it is opened. */
export function hasOtherEncoding(bytes: Buffer, text: () => string, look: TextLook): boolean {
  if (hasEncodedScript(bytes) || hasGitPatch(bytes) || bytes.includes(filterWord)) return true;
  if (look.longestRun >= shortestRun && (hasWordOfPacking(bytes) || hasZlibRun(bytes))) return true;
  if (hasNarrowLines(bytes)) return true;
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
  yield* marked(bytes, marks32hex, set32hex, (run) => decode32(run, alphabet32hex), checkTime);
  yield* marked(bytes, marks85, set85, (run) => decode85(run, ofGit), checkTime);
  yield* marked(bytes, marksZ85, setZ85, (run) => decode85(run, ofZ85), checkTime);
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
  if (hasWordOfPacking(bytes)) yield* packedRuns(bytes, checkTime);
  yield* zlibRuns(bytes, checkTime);
  yield* narrowRuns(bytes);
}

const lineBreaks = '\r\n';
const set32 = tableOf(alphabet32 + lineBreaks);
const set32hex = tableOf(alphabet32hex + lineBreaks);
const set85 = tableOf(alphabet85 + lineBreaks);
const setZ85 = tableOf(alphabetZ85 + lineBreaks);
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
        bytes: decode85(bytes.subarray(at + mark.length, end), ofAdobe),
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
