/** UTF-16 by the mark at the beginning, or by the first two characters of XML (XML 1.0, appendix F); null: neither. */
export function wideEncoding(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const mark =
    bytes.length >= 4 ? bytes.readUInt32BE(0) : bytes.length >= 2 ? bytes.readUInt16BE(0) << 16 : 0;
  if (mark >>> 16 === 0xfffe || mark === 0x3c003f00) return 'utf-16le';
  if (mark >>> 16 === 0xfeff || mark === 0x003c003f) return 'utf-16be';
  return byZeros(bytes);
}

const leastBytes = 32;
const sampleBytes = 64;

/** Without a mark: text of ASCII, with a zero beside each of its first characters. */
function byZeros(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = [bytes[0] ?? 1, bytes[1] ?? 1];
  if (bytes.length < leastBytes || (first === 0) === (second === 0)) return null;
  const odd = second === 0 ? 0 : 1;
  for (let at = 0; at + 1 < Math.min(bytes.length, sampleBytes); at += 2) {
    const byte = bytes[at + odd] as number;
    const isText = (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;
    if (!isText || bytes[at + 1 - odd] !== 0) return null;
  }
  return odd === 0 ? 'utf-16le' : 'utf-16be';
}

/** UTF-16 is made UTF-8, as a text editor that saved the file would have it; other bytes stay as they are. */
export function narrowText(bytes: Buffer): Buffer {
  if (isUtf32(bytes)) return Buffer.from(bytes.filter((_, at) => at >= 4 && at % 4 === 0));
  const encoding = wideEncoding(bytes);
  return encoding === null ? bytes : Buffer.from(new TextDecoder(encoding).decode(bytes));
}

/** By its mark; of text in ASCII, which is all that matters here, every fourth byte. */
const isUtf32 = (bytes: Buffer): boolean => bytes.length >= 8 && bytes.readUInt32LE(0) === 0xfeff;

/** As a program that shows text has it: UTF-8 without its mark. */
export function plainText(bytes: Buffer): Buffer {
  const isMarked = bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf;
  return isMarked ? bytes.subarray(3) : narrowText(bytes);
}
