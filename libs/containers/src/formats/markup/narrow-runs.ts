import { textKind } from './base64-runs.js';
import { fileMarks } from './file-marks.js';
import { type TextBlob, base64, decoded, runEnd } from './text-blobs.js';

const [shortestLine, longestLine] = [4, 15];
const shortestFile = 88;
const padding = 0x3d;

interface Column {
  readonly start: number;
  readonly end: number;
}

/** Lines of base64 of one width, each of them too short to be told from a word alone; the last is as short as it comes. */
function* columnsOf(bytes: Buffer): Generator<Column> {
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const width = runEnd(bytes, at, base64) - start;
    const first = behindBreak(bytes, start + width);
    at = first ?? lineAfter(bytes, start + width);
    if (first === null || width < shortestLine || width > longestLine) continue;
    for (let next: number | null = first; next !== null;) {
      const end = runEnd(bytes, next, base64);
      at = next;
      if (end - next !== width) break;
      next = behindBreak(bytes, end);
      at = next ?? end;
    }
    const last = runEnd(bytes, at, base64);
    const end = last - at <= width ? last + paddingAt(bytes, last) : at;
    if (end - start >= shortestFile) yield { start, end };
  }
}

const paddingAt = (bytes: Buffer, at: number): number =>
  bytes[at] !== padding ? 0 : bytes[at + 1] === padding ? 2 : 1;

function behindBreak(bytes: Buffer, at: number): number | null {
  const next = bytes[at] === 0x0d ? at + 1 : at;
  return bytes[next] === 0x0a ? next + 1 : null;
}

function lineAfter(bytes: Buffer, at: number): number {
  const found = bytes.indexOf(0x0a, at);
  return found < 0 ? bytes.length : found + 1;
}

const sampleBytes = 160;

/** Of a list of words of one length nothing begins as a file does, or is a text. */
function isContent(bytes: Buffer, { start, end }: Column): boolean {
  const sample = Buffer.from(
    bytes.toString('latin1', start, Math.min(end, start + sampleBytes)).replace(/[\r\n]+/g, ''),
    'latin1',
  );
  return (
    fileMarks.some((mark) => sample.subarray(0, mark.length).equals(mark)) || textKind(sample, 0) === 'plain'
  );
}

export function hasNarrowLines(bytes: Buffer): boolean {
  for (const column of columnsOf(bytes)) if (isContent(bytes, column)) return true;
  return false;
}

export function* narrowRuns(bytes: Buffer): Generator<TextBlob> {
  for (const column of columnsOf(bytes))
    if (isContent(bytes, column))
      yield { label: 'base64 in short lines', bytes: decoded(bytes.subarray(column.start, column.end)) };
}
