/** The records of a zip (APPNOTE.TXT 4.3), read from hostile bytes: a record that is not whole is null. */
export const signatures = {
  local: Buffer.from('PK\x03\x04', 'latin1'),
  directory: Buffer.from('PK\x01\x02', 'latin1'),
  end: Buffer.from('PK\x05\x06', 'latin1'),
  end64: Buffer.from('PK\x06\x06', 'latin1'),
  locator64: Buffer.from('PK\x06\x07', 'latin1'),
  descriptor: Buffer.from('PK\x07\x08', 'latin1'),
  extraData: Buffer.from('PK\x06\x08', 'latin1'),
} as const;

export const flags = { encrypted: 0x1, descriptor: 0x8, strong: 0x40, utf8: 0x800, masked: 0x2000 } as const;

/** What local header and directory both say of an entry. */
export interface EntryFields {
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly name: Buffer;
  readonly extra: Buffer;
}

export interface LocalHeader extends EntryFields {
  readonly offset: number;
  readonly dataStart: number;
}

export interface DirectoryEntry extends EntryFields {
  readonly offset: number;
  readonly end: number;
  readonly disk: number;
  readonly localOffset: number;
}

export interface EndRecord {
  readonly offset: number;
  readonly end: number;
  readonly disk: number;
  readonly count: number;
  /** Entries are counted modulo this. */
  readonly countModulus: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
  /** Where the records of the end begin: the directory ends there. */
  readonly directoryEnd: number;
}

/** By number, without a view: this is asked for every entry. */
export const hasSignature = (bytes: Buffer, offset: number, signature: Buffer): boolean =>
  offset >= 0 && offset + 4 <= bytes.length && bytes.readUInt32LE(offset) === signature.readUInt32LE(0);

const localBytes = 30;
const directoryBytes = 46;

/** Does not look at the signature: some readers don't either. */
export function readLocal(bytes: Buffer, offset: number): LocalHeader | null {
  if (offset < 0 || offset + localBytes > bytes.length) return null;
  const nameEnd = offset + localBytes + bytes.readUInt16LE(offset + 26);
  const dataStart = nameEnd + bytes.readUInt16LE(offset + 28);
  if (dataStart > bytes.length) return null;
  const name = bytes.subarray(offset + localBytes, nameEnd);
  const extra = bytes.subarray(nameEnd, dataStart);
  return withZip64({ ...readFields(bytes, offset + 6), offset, dataStart, name, extra }, [
    'bytes',
    'packedBytes',
  ]);
}

export function readDirectoryEntry(bytes: Buffer, offset: number): DirectoryEntry | null {
  if (offset + directoryBytes > bytes.length || !hasSignature(bytes, offset, signatures.directory))
    return null;
  const nameEnd = offset + directoryBytes + bytes.readUInt16LE(offset + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(offset + 30);
  const end = extraEnd + bytes.readUInt16LE(offset + 32);
  if (end > bytes.length) return null;
  const entry = {
    ...readFields(bytes, offset + 8),
    offset,
    end,
    disk: bytes.readUInt16LE(offset + 34),
    localOffset: bytes.readUInt32LE(offset + 42),
    name: bytes.subarray(offset + directoryBytes, nameEnd),
    extra: bytes.subarray(nameEnd, extraEnd),
  };
  return withZip64(entry, ['bytes', 'packedBytes', 'localOffset']);
}

/** The fields stand in the same order in both headers. */
const readFields = (bytes: Buffer, offset: number) => ({
  flags: bytes.readUInt16LE(offset),
  method: bytes.readUInt16LE(offset + 2),
  time: bytes.readUInt16LE(offset + 4),
  crc: bytes.readUInt32LE(offset + 8),
  packedBytes: bytes.readUInt32LE(offset + 12),
  bytes: bytes.readUInt32LE(offset + 16),
});

const elsewhere = 0xffffffff;

/** Zip64 (4.5.3): what is all ones in the header stands in the extra field, in a fixed order. */
function withZip64<T extends EntryFields & { localOffset?: number }>(
  entry: T,
  names: readonly ('bytes' | 'packedBytes' | 'localOffset')[],
): T {
  const wanted = names.filter((name) => entry[name] === elsewhere);
  const field = wanted.length === 0 ? null : findExtra(entry.extra, 0x0001);
  if (field === null) return entry;
  const read = wanted
    .filter((_, index) => index * 8 + 8 <= field.length)
    .map((name, index) => [name, Number(field.readBigUInt64LE(index * 8))] as const);
  return { ...entry, ...Object.fromEntries(read) };
}

/** The data of the first extra field with this id. */
export function findExtra(extra: Buffer, id: number): Buffer | null {
  for (let at = 0; at + 4 <= extra.length;) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return end <= extra.length ? extra.subarray(at + 4, end) : null;
    at = end;
  }
  return null;
}

export function readEnd(bytes: Buffer, offset: number): EndRecord | null {
  if (offset + 22 > bytes.length || !hasSignature(bytes, offset, signatures.end)) return null;
  const end = {
    offset,
    end: offset + 22,
    disk: bytes.readUInt16LE(offset + 4),
    count: bytes.readUInt16LE(offset + 10),
    countModulus: 0x10000,
    directoryBytes: bytes.readUInt32LE(offset + 12),
    directoryOffset: bytes.readUInt32LE(offset + 16),
    directoryEnd: offset,
  };
  return readEnd64(bytes, end) ?? end;
}

/** The zip64 end stands before its locator, and that before the old end (4.3.14, 4.3.15). */
function readEnd64(bytes: Buffer, end: EndRecord): EndRecord | null {
  const locator = end.offset - 20;
  if (!hasSignature(bytes, locator, signatures.locator64)) return null;
  const said = Number(bytes.readBigUInt64LE(locator + 8));
  const offset = [said, locator - 56].find(
    (at) => at + 56 <= locator && hasSignature(bytes, at, signatures.end64),
  );
  if (offset === undefined) return null;
  return {
    ...end,
    count: Number(bytes.readBigUInt64LE(offset + 32)),
    countModulus: Number.MAX_SAFE_INTEGER,
    directoryBytes: Number(bytes.readBigUInt64LE(offset + 40)),
    directoryOffset: Number(bytes.readBigUInt64LE(offset + 48)),
    directoryEnd: offset,
  };
}
