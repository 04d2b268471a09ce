import { crc32, deflateRawSync } from 'node:zlib';

/** All that a plain zip's entry may differ in. */
export interface PlainEntry {
  readonly name: string;
  readonly bytes: Buffer;
  readonly isStored?: boolean;
  /** Of deflate: 0 to 9. */
  readonly level?: number;
  readonly flags?: number;
  /** Sizes and checksum follow the data; in the header are zeros. */
  readonly hasDescriptor?: boolean;
  readonly version?: number;
  readonly localExtra?: Buffer;
  readonly directoryExtra?: Buffer;
}

/** Where its records stand, for specs that change one. */
export interface PlainZip {
  readonly bytes: Buffer;
  readonly entries: readonly {
    readonly local: number;
    readonly data: number;
    readonly packedBytes: number;
    readonly directory: number;
  }[];
  readonly end: number;
}

export function buildPlainZip(files: readonly PlainEntry[]): PlainZip {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  const entries: { local: number; data: number; packedBytes: number; directory: number }[] = [];
  let at = 0;
  for (const file of files) {
    const name = Buffer.from(file.name, 'utf8');
    const { localExtra = Buffer.alloc(0), directoryExtra = Buffer.alloc(0) } = file;
    const packed =
      file.isStored === true ? file.bytes : deflateRawSync(file.bytes, { level: file.level ?? 6 });
    const fields = fieldsOf(file, packed.length, name.length);
    const local = Buffer.from(fields);
    local.writeUInt16LE(localExtra.length, 24);
    if (file.hasDescriptor === true) local.fill(0, 10, 22);
    const listed = Buffer.from(fields);
    listed.writeUInt16LE(directoryExtra.length, 24);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    const head = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), local, name, localExtra]);
    const descriptor = Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), fields.subarray(10, 22)]);
    entries.push({ local: at, data: at + head.length, packedBytes: packed.length, directory: 0 });
    const entry = [head, packed, ...(file.hasDescriptor === true ? [descriptor] : [])];
    pieces.push(...entry);
    at += entry.reduce((sum, one) => sum + one.length, 0);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), listed, rest, name, directoryExtra]),
    );
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, one) => sum + one.length, 0),
    12,
  );
  end.writeUInt32LE(at, 16);
  directory.forEach((one, index) => {
    (entries[index] as { directory: number }).directory = at;
    at += one.length;
  });
  return { bytes: Buffer.concat([...pieces, ...directory, end]), entries, end: at };
}

/** From the version needed to the length of the extra field, as both headers have them. */
function fieldsOf(file: PlainEntry, packedBytes: number, nameBytes: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(file.version ?? 20, 0);
  fields.writeUInt16LE((file.flags ?? 0) | (file.hasDescriptor === true ? 0x8 : 0), 2);
  fields.writeUInt16LE(file.isStored === true ? 0 : 8, 4);
  fields.writeUInt32LE(0x5a7a_6b2d, 6);
  fields.writeUInt32LE(crc32(file.bytes), 10);
  fields.writeUInt32LE(packedBytes, 14);
  fields.writeUInt32LE(file.bytes.length, 18);
  fields.writeUInt16LE(nameBytes, 22);
  return fields;
}
