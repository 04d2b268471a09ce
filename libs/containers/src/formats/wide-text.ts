/** UTF-16 by the mark at the beginning, or by the first two characters of XML (XML 1.0, appendix F); null: neither. */
export function wideEncoding(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const mark =
    bytes.length >= 4 ? bytes.readUInt32BE(0) : bytes.length >= 2 ? bytes.readUInt16BE(0) << 16 : 0;
  if (mark >>> 16 === 0xfffe || mark === 0x3c003f00) return 'utf-16le';
  return mark >>> 16 === 0xfeff || mark === 0x003c003f ? 'utf-16be' : null;
}

/** UTF-16 is made UTF-8, as a text editor that saved the file would have it; other bytes stay as they are. */
export function narrowText(bytes: Buffer): Buffer {
  const encoding = wideEncoding(bytes);
  return encoding === null ? bytes : Buffer.from(new TextDecoder(encoding).decode(bytes));
}

/** As a program that shows text has it: UTF-8 without its mark. */
export function plainText(bytes: Buffer): Buffer {
  const isMarked = bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf;
  return isMarked ? bytes.subarray(3) : narrowText(bytes);
}
