const longestLine = 76;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const isCharacter = new Uint8Array(256);
for (const char of alphabet) isCharacter[char.charCodeAt(0)] = 1;
const [lf, cr, padding] = [0x0a, 0x0d, 0x3d];

/**
 * Base64 as RFC 2045 (6.8) has it and every reader decodes alike: full lines of one length, whole groups of four, padding
 * at the very end only. Blank lines may follow.
 */
export function isStrictBase64(bytes: Buffer, from: number, to: number): boolean {
  const end = withoutLineBreaks(bytes, from, to);
  const padded = bytes[end - 1] !== padding ? 0 : bytes[end - 2] !== padding ? 1 : 2;
  let width = 0;
  let at = from;
  while (at < end) {
    const lineEnd = lineEndOf(bytes, at, end);
    const length = lineEnd - at;
    const isLast = lineEnd === end;
    width ||= length;
    const isRightLength = length > 0 && length % 4 === 0 && (isLast ? length <= width : length === width);
    if (!isRightLength || length > longestLine) return false;
    const last = isLast ? lineEnd - padded : lineEnd;
    for (let place = at; place < last; place += 1)
      if (isCharacter[bytes[place] as number] === 0) return false;
    at = lineEnd + (bytes[lineEnd] === cr ? 2 : 1);
  }
  return end > from;
}

function withoutLineBreaks(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && (bytes[end - 1] === lf || bytes[end - 1] === cr)) end -= 1;
  return end;
}

function lineEndOf(bytes: Buffer, at: number, end: number): number {
  const found = bytes.indexOf(lf, at);
  if (found < 0 || found >= end) return end;
  return found > at && bytes[found - 1] === cr ? found - 1 : found;
}
