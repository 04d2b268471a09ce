import type { EmbeddedFile } from './uuencode.js';

const begin = Buffer.from('=ybegin ');
const end = Buffer.from('\n=yend');
const part = /^=ypart [^\r\n]*\r?\n/;
const head = /^=ybegin [^\r\n]*?(?:name=([^\r\n]{0,255}))?\r?\n/;

/** The next file in yEnc in this text; null: none. */
export function findYenc(text: Buffer, from: number): EmbeddedFile | null {
  for (let at = text.indexOf(begin, from); at >= 0; at = text.indexOf(begin, at + begin.length)) {
    if (at > 0 && text[at - 1] !== 0x0a && text[at - 1] !== 0x0d) continue;
    const match = head.exec(text.toString('latin1', at, at + 600));
    if (match === null) continue;
    let start = at + match[0].length;
    start += part.exec(text.toString('latin1', start, start + 200))?.[0].length ?? 0;
    const found = text.indexOf(end, start);
    const next = found < 0 ? text.length : found + end.length;
    const data = text.subarray(start, found < 0 ? text.length : found);
    return { name: (match[1] ?? '').trim(), bytes: decode(data), isWhole: found >= 0, next };
  }
  return null;
}

function decode(data: Buffer): Buffer {
  const out = Buffer.allocUnsafe(data.length);
  let length = 0;
  for (let at = 0; at < data.length; at += 1) {
    let byte = data[at] as number;
    if (byte === 0x0a || byte === 0x0d) continue;
    if (byte === 0x3d) {
      at += 1;
      byte = (data[at] ?? 0) - 64;
    }
    out[length] = byte - 42;
    length += 1;
  }
  return out.subarray(0, length);
}
