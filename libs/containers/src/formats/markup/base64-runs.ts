import { readBase64 } from '../../decoders/base64.js';
import { fileMarks } from './file-marks.js';
import { gluedAt } from './glued-files.js';
import { type TextBlob, base64, blanks, decoded, runEnd } from './text-blobs.js';

/** With the other two characters of the alphabet for addresses (RFC 4648, 5). */
const either = base64.map((one, at) => (at === 0x2d || at === 0x5f ? 1 : one));
/** So many characters are a file of 256 bytes; shorter runs are words, hashes and keys. */
const longRun = 344;
/** So many characters are more than the beginning of a file that a text shows. */
const shortestFile = 88;
const shortestText = 64;
const shortestLine = 16;
/** A line break, and the blanks in front of what stands deep in something. */
const longestGap = 256;
const backslash = 0x5c;

export function* longRuns(bytes: Buffer): Generator<TextBlob> {
  let piecesEnd = 0;
  for (let at = 0; at < bytes.length;) {
    if (base64[bytes[at] as number] !== 1) {
      at += 1;
      continue;
    }
    const start = at;
    const end = withLastLine(bytes, start, wholeRunEnd(bytes, at));
    if (end - start >= longRun && !goesOn(bytes, end) && bytes[start - 1] !== backslash) {
      if (start >= piecesEnd) piecesEnd = gluedAt(bytes, start, base64)?.end ?? 0;
      const isExcerpt = start < piecesEnd;
      yield { label: 'base64', bytes: decoded(bytes.subarray(start, end)), ...(isExcerpt && { isExcerpt }) };
    }
    at = end;
  }
}

/** Runs of base64 that begin as files do. */
export function* fileRuns(bytes: Buffer): Generator<TextBlob> {
  yield* runsOfFiles(bytes, { mayFollow: false });
}

/** In binary a length may stand in front that looks like one more character. */
export function* runsOfFiles(
  bytes: Buffer,
  { mayFollow }: { readonly mayFollow: boolean },
): Generator<TextBlob> {
  for (const mark of fileMarks)
    for (let at = bytes.indexOf(mark); at >= 0;) {
      const end = withLastLine(bytes, at, wholeRunEnd(bytes, at));
      const isBeginning = mayFollow || base64[bytes[at - 1] ?? 0] !== 1;
      const inPieces = isBeginning ? gluedAt(bytes, at, base64) : null;
      if (isBeginning && inPieces === null && end - at >= shortestFile && !goesOn(bytes, end))
        yield { label: 'file in base64', bytes: decoded(bytes.subarray(at, end)) };
      at = bytes.indexOf(mark, inPieces?.end ?? end);
    }
}

/** An escape, or a character of the other alphabet: what stands here is read on in another way. */
const goesOn = (bytes: Buffer, end: number): boolean =>
  (bytes[end] === backslash && /^\\[/nru]/.test(bytes.toString('latin1', end, end + 2))) ||
  ((bytes[end] === 0x2d || bytes[end] === 0x5f) && either[bytes[end + 1] ?? 0] === 1);

/** The same in the alphabet for addresses, which has no lines. */
export function* addressRuns(bytes: Buffer): Generator<TextBlob> {
  for (const { start, end } of runsOf(bytes, shortestFile)) {
    const run = bytes.subarray(start, end);
    if (!run.includes(0x2d) && !run.includes(0x5f)) continue;
    const isFile = fileMarks.some((mark) => run.subarray(0, mark.length).equals(mark));
    if (isFile || run.length >= longRun)
      yield { label: 'base64 for addresses', bytes: readBase64(run).readings.at(-1) ?? run };
  }
}

export interface Run {
  readonly start: number;
  readonly end: number;
}

export function* runsOf(bytes: Buffer, least: number): Generator<Run> {
  for (let at = 0; at < bytes.length;) {
    const start = at;
    at = runEnd(bytes, start, either);
    if (at - start >= least) yield { start, end: at };
    at += 1;
  }
}

/** Runs with their following lines, none of them twice. */
export function* blocksOf(bytes: Buffer): Generator<Run> {
  let read = 0;
  for (const { start } of runsOf(bytes, shortestLine)) {
    if (start < read) continue;
    read = wholeRunEnd(bytes, start);
    yield { start, end: read };
  }
}

/** Base64 of text, short as it is: what is neither a word nor a key nor a hash says so by its first bytes. */
export function* textRuns(bytes: Buffer): Generator<TextBlob> {
  for (const block of blocksOf(bytes)) {
    const end = withLastLine(bytes, block.start, block.end);
    const kind = end - block.start < shortestText ? null : textKind(bytes, block.start);
    if (kind === null) continue;
    const content = decoded(bytes.subarray(block.start, end));
    const text = kind === 'wide' ? Buffer.from(content.toString('utf16le')) : content;
    yield { label: 'text in base64', bytes: text };
  }
}

const sampleCharacters = 32;
const plainText = /^[\x20-\x7e\t\r\n]{24}$/;
const wideText = /^(?:[\x20-\x7e\t\r\n]\0){12}$/;

/** Null: not of text. */
export function textKind(bytes: Buffer, start: number): 'plain' | 'wide' | null {
  const sample = Buffer.from(bytes.toString('latin1', start, start + sampleCharacters), 'base64').toString(
    'latin1',
  );
  return plainText.test(sample) ? 'plain' : wideText.test(sample) ? 'wide' : null;
}

/** Without decoding more than a few characters of each: is there a run that is a file or text? */
export function hasRun(bytes: Buffer): boolean {
  for (const { start, end } of blocksOf(bytes)) {
    if (end - start >= longRun && isMixed(bytes, { start, end })) return true;
    if (isQuoted(bytes, { start, end }) && textKind(bytes, start) !== null) return true;
    if (withLastLine(bytes, start, end) - start >= shortestText && textKind(bytes, start) !== null)
      return true;
  }
  for (const run of runsOf(bytes, longRun)) if (isMixed(bytes, run)) return true;
  return false;
}

const quotes = new Set([0x22, 0x27, 0x60]);
const shortestQuoted = 32;
/** A string that is nothing else: the first of several, maybe. */
export const isQuoted = (bytes: Buffer, { start, end }: Run): boolean =>
  end - start >= shortestQuoted && quotes.has(bytes[start - 1] ?? 0) && bytes[end] === bytes[start - 1];

/** Digits of hashes and letters of genes have one case; base64 of so many bytes has both, and digits. */
function isMixed(bytes: Buffer, { start, end }: Run): boolean {
  let [hasUpper, hasLower, hasDigit] = [false, false, false];
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    hasUpper ||= byte >= 0x41 && byte <= 0x5a;
    hasLower ||= byte >= 0x61 && byte <= 0x7a;
    hasDigit ||= byte <= 0x39;
    if (hasUpper && hasLower && hasDigit) return true;
  }
  return false;
}

/**
 * The last line of a file is as short as it comes: one of whole groups, with its padding, behind lines of whole groups. Where
 * the first line stands behind a name (LDIF) lines have no whole groups, and all together have.
 */
function withLastLine(bytes: Buffer, start: number, end: number): number {
  const next = runEnd(bytes, end, blanks);
  const lineEnd = runEnd(bytes, next, base64);
  if (next === end || next - end > longestGap || lineEnd === next) return end;
  let padded = lineEnd;
  while (bytes[padded] === 0x3d && padded - lineEnd < 2) padded += 1;
  const isLine = padded === bytes.length || bytes[padded] === 0x0a || bytes[padded] === 0x0d;
  const before = bytes.subarray(start, end).reduce((sum, byte) => sum + (base64[byte] ?? 0), 0);
  return isLine && (before + padded - next) % 4 === 0 ? lineEnd : end;
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
