/** `lf`: lines end in LF or CRLF, as nearly all readers see them. `any`: also in a bare CR. */
export type LineEnds = 'lf' | 'any';

const lf = 0x0a;
const cr = 0x0d;
const dash = 0x2d;
const dashes = Buffer.from('--');
const lineAndDashes = Buffer.from('\n--');

/** As long as a whole field may be: RFC 2046 allows 70, and readers take more. */
export const longestBoundary = 65_536;

export interface Line {
  /** Without its end mark. */
  readonly end: number;
  /** Where the next line begins. */
  readonly next: number;
}

export function lineAt(bytes: Buffer, at: number, ends: LineEnds): Line {
  if (ends === 'lf') {
    const found = bytes.indexOf(lf, at);
    if (found < 0) return { end: bytes.length, next: bytes.length };
    let end = found;
    // Gateways that make CRLF of LF make two CRs of one, which readers take away together.
    while (end > at && bytes[end - 1] === cr) end -= 1;
    return { end, next: found + 1 };
  }
  let end = at;
  while (end < bytes.length && bytes[end] !== lf && bytes[end] !== cr) end += 1;
  const isPair = bytes[end] === cr && bytes[end + 1] === lf;
  return { end, next: Math.min(bytes.length, end + (isPair ? 2 : 1)) };
}

/** The offset before the line break that ends at `at`: it belongs to the delimiter behind it, not to the part. */
export function beforeLineBreak(bytes: Buffer, at: number, from: number): number {
  let end = at;
  if (end > from && bytes[end - 1] === lf) end -= 1;
  if (end > from && bytes[end - 1] === cr) end -= 1;
  return end;
}

/** Offsets of the lines that begin with two dashes, from `from` on. */
export function* dashLines(bytes: Buffer, from: number, ends: LineEnds): Generator<number> {
  if (bytes[from] === dash && bytes[from + 1] === dash) yield from;
  if (ends === 'lf') {
    for (let at = bytes.indexOf(lineAndDashes, from); at >= 0; at = bytes.indexOf(lineAndDashes, at + 3))
      yield at + 1;
    return;
  }
  let at = bytes.indexOf(dashes, from + 1);
  while (at >= 0) {
    const before = bytes[at - 1];
    if (before === lf || before === cr) yield at;
    while (bytes[at] === dash) at += 1;
    at = bytes.indexOf(dashes, at);
  }
}

export function hasBareCr(bytes: Buffer, from: number, to: number): boolean {
  for (let at = bytes.indexOf(cr, from); at >= 0 && at < to; at = bytes.indexOf(cr, at + 1))
    if (bytes[at + 1] !== lf) return true;
  return false;
}

export const hasNul = (bytes: Buffer, from: number, to: number): boolean =>
  bytes.subarray(from, to).includes(0);

export function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    if (byte !== 0x20 && byte !== 0x09 && byte !== lf && byte !== cr) return false;
  }
  return true;
}

const contentPrefix = 'content-';

/** Does a header field of a MIME part (`Content-…`) begin here? */
export function isContentField(bytes: Buffer, at: number): boolean {
  if (((bytes[at] ?? 0) | 0x20) !== 0x63) return false;
  if (bytes.toString('latin1', at, at + contentPrefix.length).toLowerCase() !== contentPrefix) return false;
  return /^[a-z-]+[ \t]*:/i.test(bytes.toString('latin1', at, at + 64));
}

const maxFieldsBefore = 32;
/** Never another line of dashes: each is looked behind by itself. */
const fieldLine = /^(?:(?!--)[!-9;-~]{1,128}[ \t]*:|[ \t])/;

/** Do header fields begin here, one of the first of which is a MIME part's? */
export function standsBeforeContentField(bytes: Buffer, start: number): boolean {
  let at = start;
  for (let count = 0; count <= maxFieldsBefore && at < bytes.length; count += 1) {
    if (isContentField(bytes, at)) return true;
    if (!fieldLine.test(bytes.toString('latin1', at, at + 140))) return false;
    at = lineAt(bytes, at, 'lf').next;
  }
  return false;
}
