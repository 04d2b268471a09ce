const longestLine = 76;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const isCharacter = new Uint8Array(256);
for (const char of alphabet) isCharacter[char.charCodeAt(0)] = 1;
const [lf, cr, padding] = [0x0a, 0x0d, 0x3d];

interface Base64Range {
  readonly from: number;
  readonly to: number;
  /** What each line ends with. */
  readonly ends: string;
}

/**
 * Base64 as RFC 2045 (6.8) has it and every reader decodes alike: full lines of one length, whole groups of four, padding
 * at the very end only. Blank lines may follow.
 */
export function isStrictBase64(bytes: Buffer, { from, to, ends }: Base64Range): boolean {
  const end = withoutLineBreaks(bytes, from, to);
  const padded = bytes[end - 1] !== padding ? 0 : bytes[end - 2] !== padding ? 1 : 2;
  let width = 0;
  for (let at = from; at < end;) {
    const found = bytes.indexOf(lf, at);
    const isLast = found < 0 || found >= end;
    const lineEnd = isLast ? end : found + 1 - ends.length;
    const length = lineEnd - at;
    width ||= length;
    const isRightLength = length > 0 && length % 4 === 0 && (isLast ? length <= width : length === width);
    if (!isRightLength || length > longestLine) return false;
    // With two ends of different length a CR would stand among the characters.
    const last = isLast ? lineEnd - padded : lineEnd;
    for (let place = at; place < last; place += 1)
      if (isCharacter[bytes[place] as number] === 0) return false;
    if (!isLast && ends.length === 2 && bytes[lineEnd] !== cr) return false;
    at = found + 1;
    if (isLast) break;
  }
  return end > from;
}

function withoutLineBreaks(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && (bytes[end - 1] === lf || bytes[end - 1] === cr)) end -= 1;
  return end;
}
