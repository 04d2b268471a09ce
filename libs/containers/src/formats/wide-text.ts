/** UTF-16 by the mark at the beginning; null: no such mark. */
export function wideEncoding(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  return mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : null;
}

/** UTF-16 with its mark is made UTF-8, as a text editor that saved the file would have it; other bytes stay as they are. */
export function narrowText(bytes: Buffer): Buffer {
  const encoding = wideEncoding(bytes);
  return encoding === null ? bytes : Buffer.from(new TextDecoder(encoding).decode(bytes));
}

/** As a program that shows text has it: UTF-8 without its mark. */
export function plainText(bytes: Buffer): Buffer {
  const isMarked = bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf;
  return isMarked ? bytes.subarray(3) : narrowText(bytes);
}
