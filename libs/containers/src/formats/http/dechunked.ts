const sizeLine = /^\s{0,8}([0-9a-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n/i;
const longestLine = 240;

/** The pieces of a body without their lengths (RFC 9112, 7.1), as far as they go. */
export function dechunked(bytes: Buffer, checkTime: () => void): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    checkTime();
    const [line, size = ''] = sizeLine.exec(bytes.toString('latin1', at, at + longestLine)) ?? [];
    if (line === undefined) break;
    const start = at + line.length;
    const end = start + Number.parseInt(size, 16);
    if (end === start) break;
    pieces.push(bytes.subarray(start, end));
    at = end;
  }
  // What is said to be in pieces and is not was put together by whoever kept it.
  return pieces.length === 0 ? bytes : Buffer.concat(pieces);
}
