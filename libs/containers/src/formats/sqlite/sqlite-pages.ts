/** https://www.sqlite.org/fileformat2.html; numbers are big-endian. */
export interface SqliteFile {
  readonly bytes: Buffer;
  readonly pageBytes: number;
  /** Of a page what its content may take. */
  readonly usableBytes: number;
  readonly pageCount: number;
}

const leastPage = 512;
const largestPage = 65_536;

/** Null: its header makes no sense. */
export function readHeader(bytes: Buffer): SqliteFile | null {
  const said = bytes.readUInt16BE(16);
  const pageBytes = said === 1 ? largestPage : said;
  const usableBytes = pageBytes - (bytes[20] ?? 0);
  const isPower = pageBytes >= leastPage && (pageBytes & (pageBytes - 1)) === 0;
  if (!isPower || usableBytes < 480) return null;
  return { bytes, pageBytes, usableBytes, pageCount: Math.floor(bytes.length / pageBytes) };
}

/** It says how many pages it has, and has less: written by a version that keeps the number, which all since 2010 do. */
export const isCut = (file: SqliteFile): boolean => ownBytes(file) > file.bytes.length;

/** What its header says; all that is there, where it does not say. */
export function ownBytes({ bytes, pageBytes }: SqliteFile): number {
  const isKept = bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  return isKept ? bytes.readUInt32BE(28) * pageBytes : bytes.length;
}

export const pageOf = ({ bytes, pageBytes }: SqliteFile, number: number): Buffer =>
  bytes.subarray((number - 1) * pageBytes, number * pageBytes);

export interface Payload {
  readonly bytes: Buffer;
  /** A page of it is not there. */
  readonly isCut: boolean;
  /** Where it goes on. */
  readonly pages: readonly number[];
}

export const fileHeaderBytes = 100;
const [tableLeaf, tableInterior, indexLeaf, indexInterior] = [0x0d, 0x05, 0x0a, 0x02];
const treePages: readonly number[] = [tableLeaf, tableInterior, indexLeaf, indexInterior];
const headOf = (number: number): number => (number === 1 ? fileHeaderBytes : 0);

/** Others begin with the number of a page, the first byte of which is zero in all that is smaller than 8 GiB. */
export const isTreePage = (file: SqliteFile, number: number): boolean =>
  treePages.includes(pageOf(file, number)[headOf(number)] ?? 0);

/** Of a page that holds rows or keys, each of them whole; nothing of all others. */
export function* payloadsOf(file: SqliteFile, number: number): Generator<Payload> {
  const page = pageOf(file, number);
  const head = headOf(number);
  const kind = page[head] ?? 0;
  if (kind !== tableLeaf && kind !== indexLeaf && kind !== indexInterior) return;
  const cells = page.readUInt16BE(head + 3);
  const pointers = head + (kind === indexInterior ? 12 : 8);
  if (pointers + cells * 2 > file.usableBytes) return;
  for (let index = 0; index < cells; index += 1) {
    const payload = payloadAt(file, page, page.readUInt16BE(pointers + index * 2), kind);
    if (payload !== null) yield payload;
  }
}

function payloadAt(file: SqliteFile, page: Buffer, cell: number, kind: number): Payload | null {
  const length = readVarint(page, cell + (kind === indexInterior ? 4 : 0));
  if (length === null) return null;
  const row = kind === tableLeaf ? readVarint(page, length.next) : length;
  if (row === null) return null;
  const local = localBytes(file.usableBytes, length.value, kind === tableLeaf);
  const start = row.next;
  const end = start + local;
  if (end > file.usableBytes) return null;
  if (local === length.value) return { bytes: page.subarray(start, end), isCut: false, pages: [] };
  if (end + 4 > file.usableBytes || length.value > file.bytes.length) return null;
  return withOverflow(file, page.subarray(start, end), length.value, page.readUInt32BE(end));
}

function withOverflow(file: SqliteFile, first: Buffer, length: number, firstPage: number): Payload {
  const pieces = [first];
  const pages: number[] = [];
  let left = length - first.length;
  // Each page holds some of what is left, so that a ring of them ends as well.
  for (let number = firstPage; left > 0 && number > 0 && number <= file.pageCount;) {
    const page = pageOf(file, number);
    const piece = page.subarray(4, Math.min(file.usableBytes, 4 + left));
    pages.push(number);
    pieces.push(piece);
    left -= piece.length;
    number = page.readUInt32BE(0);
  }
  return { bytes: Buffer.concat(pieces), isCut: left > 0, pages };
}

/** What of a payload stands in its own page (section 1.6). */
function localBytes(usable: number, length: number, isTable: boolean): number {
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (length <= most) return length;
  const wanted = least + ((length - least) % (usable - 4));
  return wanted <= most ? wanted : least;
}

/** Up to nine bytes; null: beyond the end, or more than a number holds. */
export function readVarint(bytes: Buffer, start: number): { value: number; next: number } | null {
  let value = 0;
  for (let at = start; at < start + 9 && at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    const isLast = at === start + 8;
    value = isLast ? value * 256 + byte : value * 128 + (byte & 0x7f);
    if (isLast || (byte & 0x80) === 0) return { value, next: at + 1 };
  }
  return null;
}

export interface Value {
  readonly bytes: Buffer;
  readonly isText: boolean;
}

const numberBytes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];
const firstLong = 12;

/** The blobs and texts of a record (section 2.1), as far as it goes. */
export function* valuesOf(record: Buffer): Generator<Value> {
  const head = readVarint(record, 0);
  if (head === null || head.value > record.length) return;
  let at = head.value;
  for (let next = head.next; next < head.value && at < record.length;) {
    const type = readVarint(record, next);
    if (type === null) return;
    next = type.next;
    const isLong = type.value >= firstLong;
    const length = isLong ? Math.floor((type.value - firstLong) / 2) : (numberBytes[type.value] ?? 0);
    if (isLong && length > 0) yield { bytes: record.subarray(at, at + length), isText: type.value % 2 === 1 };
    at += length;
  }
}
