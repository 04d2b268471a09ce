const equals = 0x3d;
const lf = 0x0a;
const cr = 0x0d;

/** RFC 2045 §6.7, lenient as readers are: lower-case digits, blanks behind a soft break, a stray `=` stands for itself. */
export function decodeQuotedPrintable(raw: Buffer): Buffer {
  const out = Buffer.allocUnsafe(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at] as number;
    if (byte !== equals) {
      out[length] = byte;
      length += 1;
      continue;
    }
    const pair = (digit(raw[at + 1]) << 4) | digit(raw[at + 2]);
    if (pair >= 0) {
      out[length] = pair;
      length += 1;
      at += 2;
      continue;
    }
    const next = behindSoftBreak(raw, at + 1);
    if (next > 0) at = next - 1;
    else {
      out[length] = byte;
      length += 1;
    }
  }
  return out.subarray(0, length);
}

/** Blanks before a line break are not part of the text, but some readers keep them. */
export function withoutTrailingBlanks(raw: Buffer): Buffer {
  const out = Buffer.allocUnsafe(raw.length);
  let length = 0;
  let keptTo = 0;
  for (const byte of raw) {
    if (byte === lf && keptTo < length) {
      const hasCr = out[length - 1] === cr;
      length = keptTo;
      if (hasCr) {
        out[length] = cr;
        length += 1;
      }
    }
    out[length] = byte;
    length += 1;
    if (byte !== 0x20 && byte !== 0x09 && byte !== cr) keptTo = length;
  }
  return out.subarray(0, length);
}

/** -1 (all bits set) when it is none, so that a pair with one such is negative. */
function digit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** 0: no soft break. Blanks are bounded, so that `=` and a million blanks, a million times, stay linear. */
function behindSoftBreak(raw: Buffer, from: number): number {
  let at = from;
  while (at < from + 998 && (raw[at] === 0x20 || raw[at] === 0x09)) at += 1;
  let end = at;
  while (end < at + 998 && raw[end] === cr) end += 1;
  if (raw[end] === lf) return end + 1;
  return raw[at] === cr ? at + 1 : at >= raw.length ? raw.length : 0;
}
