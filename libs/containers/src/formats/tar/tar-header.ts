export const blockBytes = 512;

export interface TarHeader {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** By the checksum, so that old tars without a magic are read and nothing else is. */
export function readTarHeader(block: Buffer): TarHeader | null {
  if (block.length < blockBytes) return null;
  const declared = /^[ \0]*([0-7]{1,8})(?:[ \0]|$)/.exec(block.toString('latin1', 148, 156))?.[1];
  if (declared === undefined || !sums(block).includes(Number.parseInt(declared, 8))) return null;
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? textAt(block, 345, 500) : '';
  const name = textAt(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: numberAt(block, 124, 136),
    type: String.fromCharCode(block[156] ?? 0),
  };
}

/** Some old programs added the bytes up as signed ones. */
function sums(block: Buffer): number[] {
  let [unsigned, signed] = [8 * 0x20, 8 * 0x20];
  for (let at = 0; at < blockBytes; at += 1) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  return [unsigned, signed];
}

function textAt(block: Buffer, start: number, end: number): string {
  const nul = block.indexOf(0, start);
  return block.toString('utf8', start, nul >= 0 && nul < end ? nul : end);
}

/** Octal digits, or GNU's base 256 when the first bit is set. */
export function numberAt(block: Buffer, start: number, end: number): number {
  if (((block[start] ?? 0) & 0x80) === 0)
    return Number.parseInt(/^[ \0]*([0-7]*)/.exec(block.toString('latin1', start, end))?.[1] || '0', 8);
  let value = (block[start] ?? 0) & 0x7f;
  for (let at = start + 1; at < end; at += 1) value = value * 256 + (block[at] ?? 0);
  return value;
}

/** Records of a pax header: `length key=value`, line by line. Of those that a key has several of, the last. */
export const readPax = (bytes: Buffer): Map<string, string> => new Map(paxRecords(bytes));

/** Of the record that begins there; 0: none does. */
const recordBytes = (bytes: Buffer, at: number): number =>
  Number.parseInt(/^\d{1,9}/.exec(bytes.toString('latin1', at, at + 10))?.[0] ?? '0', 10);
const leastRecord = 5;
const lineFeed = 0x0a;

export function* paxRecords(bytes: Buffer): Generator<[key: string, value: string]> {
  for (let at = 0; at < bytes.length;) {
    const length = recordBytes(bytes, at);
    if (length < leastRecord) break;
    const [, key, value] = /^\d+ ([^=]*)=([^]*)\n$/.exec(bytes.toString('utf8', at, at + length)) ?? [];
    if (key !== undefined && value !== undefined) yield [key, value];
    at += length;
  }
}

/** One behind the other, to the end. */
export function isOnlyRecords(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    const length = recordBytes(bytes, at);
    if (length < leastRecord || bytes[at + length - 1] !== lineFeed) return false;
    at += length;
  }
  return true;
}
