import { isQuoted, runsOf, textKind } from './base64-runs.js';
import { fileMarks } from './file-marks.js';
import { type TextBlob, base64, decoded, runEnd } from './text-blobs.js';

const quotes = new Set([0x22, 0x27, 0x60]);
const shortestFirst = 32;
const shortestPiece = 4;
const longestBetween = 80;
const padding = 0x3d;

interface Piece {
  readonly bytes: Buffer;
  /** Behind the quote that closes it. */
  readonly end: number;
}

/**
 * A file in base64 that a program has in pieces: strings that plus signs or commas join, or that each line adds to the
 * ones before. The first one begins as a file or a text does; strings that follow close enough belong to it.
 */
export function* joinedFiles(bytes: Buffer): Generator<TextBlob> {
  let read = 0;
  for (const start of beginnings(bytes)) {
    if (start < read) continue;
    const pieces = piecesFrom(bytes, start - 1);
    read = pieces.at(-1)?.end ?? read;
    if (pieces.length > 1)
      yield {
        label: 'file in joined strings',
        bytes: decoded(Buffer.concat(pieces.map((piece) => piece.bytes))),
        isExcerpt: true,
      };
  }
}

function* beginnings(bytes: Buffer): Generator<number> {
  for (const run of runsOf(bytes, shortestFirst)) {
    const isFile = fileMarks.some((mark) => bytes.subarray(run.start, run.start + mark.length).equals(mark));
    if (isFile || (isQuoted(bytes, run) && textKind(bytes, run.start) !== null)) yield run.start;
  }
}

function piecesFrom(bytes: Buffer, quote: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at: number | null = quote; at !== null;) {
    const piece = pieceAt(bytes, at);
    const least = pieces.length === 0 ? shortestFirst : shortestPiece;
    if (piece === null || piece.bytes.length < least) break;
    pieces.push(piece);
    at = piece.bytes.at(-1) === padding ? null : nextQuote(bytes, piece.end);
  }
  return pieces;
}

/** A string that is nothing but base64. */
function pieceAt(bytes: Buffer, at: number): Piece | null {
  const quote = bytes[at];
  if (quote === undefined || !quotes.has(quote)) return null;
  let end = runEnd(bytes, at + 1, base64);
  while (bytes[end] === padding) end += 1;
  return bytes[end] === quote ? { bytes: bytes.subarray(at + 1, end), end: end + 1 } : null;
}

function nextQuote(bytes: Buffer, from: number): number | null {
  for (let at = from; at < from + longestBetween && at < bytes.length; at += 1)
    if (quotes.has(bytes[at] as number)) return at;
  return null;
}
