import type { EmbeddedFile } from './uuencode.js';

const begin = Buffer.from('=ybegin');
const end = Buffer.from('=yend');
const part = /^=ypart [^\r\n]*(?:\r\n?|\n)/;
const head = /^=ybegin[ \t]/;
const [lf, cr] = [0x0a, 0x0d];
const isBreak = (byte: number | undefined): boolean => byte === lf || byte === cr;

/** The next file in yEnc in this text, or a piece of one; null: none. */
export function findYenc(text: Buffer, from: number): EmbeddedFile | null {
  for (let at = text.indexOf(begin, from); at >= 0; at = text.indexOf(begin, at + begin.length)) {
    const isLine = at === 0 || isBreak(text[at - 1]);
    if (!isLine || !head.test(text.toString('latin1', at, at + begin.length + 1))) continue;
    const line = text.toString('latin1', at, endOfLine(text, at));
    let start = behindBreak(text, at + line.length);
    start += part.exec(text.toString('latin1', start, start + 200))?.[0].length ?? 0;
    const found = endFrom(text, start);
    const data = text.subarray(start, found ?? text.length);
    return {
      name: (/\bname=(.*)$/.exec(line)?.[1] ?? '').trim(),
      bytes: decode(data),
      isWhole: found !== null,
      next: found === null ? text.length : found + end.length,
      isPiece: isOneOfSeveral(line),
    };
  }
  return null;
}

/** Before the name, which may say anything. */
function isOneOfSeveral(line: string): boolean {
  const [fields = ''] = line.split(' name=', 1);
  const total = /[ \t]total=(\d{1,9})/.exec(fields)?.[1];
  const part = /[ \t]part=(\d{1,9})/.exec(fields)?.[1];
  return Number(total ?? 1) > 1 || Number(part ?? 1) > 1;
}

function endOfLine(text: Buffer, from: number): number {
  let at = from;
  while (at < text.length && !isBreak(text[at])) at += 1;
  return at;
}

const behindBreak = (text: Buffer, at: number): number =>
  Math.min(text.length, text[at] === cr && text[at + 1] === lf ? at + 2 : at + 1);

function endFrom(text: Buffer, from: number): number | null {
  for (let at = text.indexOf(end, from); at >= 0; at = text.indexOf(end, at + end.length))
    if (at === from || isBreak(text[at - 1])) return at;
  return null;
}

function decode(data: Buffer): Buffer {
  const out = Buffer.allocUnsafe(data.length);
  let length = 0;
  for (let at = 0; at < data.length; at += 1) {
    let byte = data[at] as number;
    if (isBreak(byte)) continue;
    if (byte === 0x3d) {
      at += 1;
      byte = (data[at] ?? 0) - 64;
    }
    out[length] = byte - 42;
    length += 1;
  }
  return out.subarray(0, length);
}
