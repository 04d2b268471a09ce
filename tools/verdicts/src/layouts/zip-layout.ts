import { crc32, deflateRawSync } from 'node:zlib';
import { type Piece, bytes, le16, le32, noise } from './byte-layout.js';

/** The fields of a header that are not what they should be, or not what they usually are (APPNOTE.TXT 4.3). */
export interface ZipFields {
  readonly name?: Piece;
  readonly method?: number;
  readonly flags?: number;
  readonly version?: number;
  readonly checksum?: number;
  readonly packedSize?: number;
  readonly size?: number;
  readonly extra?: Piece;
  readonly signature?: Piece;
  readonly externalAttributes?: number;
  readonly madeBy?: number;
}

export interface ZipEntry {
  readonly name: Piece;
  readonly content: Buffer;
  /** The content as it stands in the file; default: as it is. */
  readonly packed?: Buffer;
  readonly method?: number;
}

const dosDate = 0x5a21;

function sizesOf({ content, packed = content, method = 0 }: ZipEntry, fields: ZipFields): Buffer {
  const { flags = 0, checksum = crc32(content), packedSize = packed.length, size = content.length } = fields;
  return bytes(
    le16(fields.version ?? 20, flags, fields.method ?? method, 0, dosDate),
    le32(checksum, packedSize, size),
  );
}

export function localHeader(entry: ZipEntry, fields: ZipFields = {}): Buffer {
  const [name, extra] = [bytes(fields.name ?? entry.name), bytes(fields.extra ?? '')];
  return bytes(
    fields.signature ?? 'PK\x03\x04',
    sizesOf(entry, fields),
    le16(name.length, extra.length),
    ...[name, extra, entry.packed ?? entry.content],
  );
}

export function directoryEntry(entry: ZipEntry, offset: number, fields: ZipFields = {}): Buffer {
  const [name, extra] = [bytes(fields.name ?? entry.name), bytes(fields.extra ?? '')];
  return bytes(
    fields.signature ?? 'PK\x01\x02',
    le16(fields.madeBy ?? 20),
    sizesOf(entry, fields),
    le16(name.length, extra.length, 0, 0, 0),
    le32(fields.externalAttributes ?? 0, offset),
    ...[name, extra],
  );
}

export function directoryEnd(count: number, size: number, offset: number, comment: Piece = ''): Buffer {
  const text = bytes(comment);
  return bytes('PK\x05\x06', le16(0, 0, count, count), le32(size, offset), le16(text.length), text);
}

export interface OneEntryOptions {
  readonly name?: Piece;
  readonly packed?: Buffer;
  readonly method?: number;
  readonly local?: ZipFields;
  readonly directory?: ZipFields;
  readonly prefix?: Buffer;
  /** Where the directory says that the local header is; default: where it is. */
  readonly base?: number;
  /** Between the content and the directory. */
  readonly descriptor?: Piece;
  readonly comment?: Piece;
}

/** A zip with one entry, every field of which can be wrong. */
export function oneEntryZip(content: Buffer, options: OneEntryOptions = {}): Buffer {
  const { prefix = Buffer.alloc(0), comment = '' } = options;
  const entry: ZipEntry = {
    name: options.name ?? 'eicar.com',
    content,
    method: options.method ?? 0,
    ...(options.packed === undefined ? {} : { packed: options.packed }),
  };
  const local = bytes(localHeader(entry, options.local), options.descriptor ?? '');
  const offset = options.base ?? prefix.length;
  const directory = directoryEntry(entry, offset, options.directory);
  return bytes(prefix, local, directory, directoryEnd(1, directory.length, offset + local.length, comment));
}

/** The same, deflated. */
export const deflatedZip = (content: Buffer, options: OneEntryOptions = {}): Buffer =>
  oneEntryZip(content, { packed: deflateRawSync(content, { level: 9 }), method: 8, ...options });

export type NamedContent = readonly [name: string, content: Piece];

/** An ordinary zip: deflated, names in UTF-8. */
export function zipOf(
  files: readonly NamedContent[],
  options: { stored?: boolean; comment?: Piece } = {},
): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, piece] of files) {
    const content = bytes(piece);
    const how = options.stored === true ? {} : { packed: deflateRawSync(content), method: 8 };
    const entry: ZipEntry = { name: Buffer.from(name, 'utf8'), content, ...how };
    // Bit 11: the name is UTF-8.
    const fields = /^[\x20-\x7e]*$/.test(name) ? {} : { flags: 0x800 };
    const local = localHeader(entry, fields);
    locals.push(local);
    directory.push(directoryEntry(entry, offset, fields));
    offset += local.length;
  }
  const central = bytes(...directory);
  return bytes(...locals, central, directoryEnd(files.length, central.length, offset, options.comment));
}

/** A zip with one deflated file. */
export const zipped = (content: Buffer, name = 'eicar.com'): Buffer => zipOf([[name, content]]);

/** A file whose sizes stand behind it (APPNOTE.TXT 4.3.9). */
export function streamedZip(
  needle: Buffer,
  options: { isStored?: boolean; hasSignature?: boolean } = {},
): Buffer {
  const { isStored = false, hasSignature = true } = options;
  const packed = isStored ? needle : deflateRawSync(needle);
  return oneEntryZip(needle, {
    packed,
    method: isStored ? 0 : 8,
    directory: { flags: 8 },
    local: { flags: 8, checksum: 0, packedSize: 0, size: 0 },
    descriptor: bytes(hasSignature ? 'PK\x07\x08' : '', le32(crc32(needle), packed.length, needle.length)),
  });
}

/** Too long to be taken for words where it stands as text: bytes of a seed beside the content. */
export const zipWithNoise =
  (seed: number, count = 900) =>
  (content: Buffer): Buffer =>
    zipOf([
      ['eicar.com', content],
      ['readme.bin', noise(seed, count)],
    ]);

/** The same the other way round. */
export const zipBehindNoise =
  (seed: number, count: number) =>
  (content: Buffer): Buffer =>
    zipOf([
      ['readme.bin', noise(seed, count)],
      ['eicar.com', content],
    ]);
