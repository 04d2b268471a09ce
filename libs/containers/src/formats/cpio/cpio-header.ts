export interface CpioHeader {
  readonly name: string;
  readonly dataStart: number;
  readonly dataEnd: number;
  /** Where the next one stands. */
  readonly next: number;
}

interface Layout {
  readonly headerBytes: number;
  readonly nameBytes: number;
  readonly size: number;
  readonly alignment: number;
}

/** Any of the five kinds of cpio(5), and afio's for large files; null: none stands here. */
export function readCpioHeader(bytes: Buffer, at: number): CpioHeader | null {
  const layout = readLayout(bytes, at);
  if (layout === null || !Number.isSafeInteger(layout.size) || layout.nameBytes < 1) return null;
  const { headerBytes, nameBytes, size, alignment } = layout;
  const padded = (length: number): number => Math.ceil(length / alignment) * alignment;
  const nameStart = at + headerBytes;
  if (nameStart + nameBytes > bytes.length) return null;
  const dataStart = at + padded(headerBytes + nameBytes);
  const name = bytes.toString('utf8', nameStart, nameStart + nameBytes - 1);
  return { name, dataStart, dataEnd: dataStart + size, next: dataStart + padded(size) };
}

function readLayout(bytes: Buffer, at: number): Layout | null {
  const magic = bytes.toString('latin1', at, at + 6);
  if (magic === '070701' || magic === '070702') return newAscii(bytes, at);
  if (magic === '070707') return oldAscii(bytes, at);
  if (magic === '070727') return largeAscii(bytes, at);
  if (magic.startsWith('\xc7\x71')) return binary(bytes, at, (offset) => bytes.readUInt16LE(offset));
  if (magic.startsWith('\x71\xc7')) return binary(bytes, at, (offset) => bytes.readUInt16BE(offset));
  return null;
}

function newAscii(bytes: Buffer, at: number): Layout | null {
  const fields = bytes.toString('latin1', at + 6, at + 110);
  if (!/^[0-9a-fA-F]{104}$/.test(fields)) return null;
  const field = (index: number): number => Number.parseInt(fields.slice(index * 8, index * 8 + 8), 16);
  return { headerBytes: 110, nameBytes: field(11), size: field(6), alignment: 4 };
}

function oldAscii(bytes: Buffer, at: number): Layout | null {
  const fields = bytes.toString('latin1', at, at + 76);
  if (!/^[0-7]{76}$/.test(fields)) return null;
  const octal = (start: number, end: number): number => Number.parseInt(fields.slice(start, end), 8);
  return { headerBytes: 76, nameBytes: octal(59, 65), size: octal(65, 76), alignment: 1 };
}

/** With marks between its fields, as libarchive reads it. */
function largeAscii(bytes: Buffer, at: number): Layout | null {
  const fields = bytes.toString('latin1', at, at + 116);
  const [, name, size] =
    /^070727[0-9a-f]{24}m[0-9a-f]{54}n([0-9a-f]{4})[0-9a-f]{8}s([0-9a-f]{16}):$/i.exec(fields) ?? [];
  if (name === undefined || size === undefined) return null;
  return {
    headerBytes: 116,
    nameBytes: Number.parseInt(name, 16),
    size: Number.parseInt(size, 16),
    alignment: 1,
  };
}

/** Words of 16 bits; longer numbers are two of them, the higher first, whatever the order of their bytes. */
function binary(bytes: Buffer, at: number, word: (offset: number) => number): Layout | null {
  if (at + 26 > bytes.length) return null;
  const size = word(at + 22) * 0x10000 + word(at + 24);
  return { headerBytes: 26, nameBytes: word(at + 20), size, alignment: 2 };
}
