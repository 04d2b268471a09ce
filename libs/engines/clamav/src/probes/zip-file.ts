import { crc32 } from 'node:zlib';

/** What a header says of content that is not at hand. */
export interface ContentFacts {
  readonly length: number;
  /** Its CRC-32. */
  readonly checksum: number;
}

interface StoredEntry {
  readonly content: Buffer;
  readonly packed?: undefined;
}

interface DeflatedEntry {
  readonly content: Buffer | ContentFacts;
  readonly packed: Buffer;
}

export type ZipFileEntry = (StoredEntry | DeflatedEntry) & ZipFileNames;

interface ZipFileNames {
  readonly name: string;
  readonly flags?: number;
  /** Its checksum and sizes follow the data, zeros stand in their place. */
  readonly hasDescriptor?: boolean;
  /** An extra field, in both headers. */
  readonly extra?: Buffer;
}

const descriptorFlag = 0x8;

/** A zip (APPNOTE.TXT 4.3) without anything out of the ordinary. */
export function zipOf(entries: readonly ZipFileEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { name, hasDescriptor = false, extra = Buffer.alloc(0) } = entry;
    const bytes = entry.packed ?? entry.content;
    const { length, checksum } = factsOf(entry.content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE((entry.flags ?? 0) | (hasDescriptor ? descriptorFlag : 0), 2);
    common.writeUInt16LE(entry.packed === undefined ? 0 : 8, 4);
    common.writeUInt16LE(0x5a21, 8);
    common.writeUInt32LE(checksum, 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(length, 18);
    common.writeUInt16LE(name.length, 22);
    common.writeUInt16LE(extra.length, 24);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const label = Buffer.concat([Buffer.from(name, 'latin1'), extra]);
    const numbers = common.subarray(10, 22);
    const descriptor = hasDescriptor ? [Buffer.from('PK\x07\x08', 'latin1'), numbers] : [];
    const local = hasDescriptor ? Buffer.from(common).fill(0, 10, 22) : common;
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), local, label, bytes, ...descriptor]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, rest, label]));
    files.push(file);
    offset += file.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listing, end]);
}

const factsOf = (content: Buffer | ContentFacts): ContentFacts =>
  Buffer.isBuffer(content) ? { length: content.length, checksum: crc32(content) } : content;
