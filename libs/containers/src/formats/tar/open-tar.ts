import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged, givePart } from '../give-part.js';
import { giveRemains, withoutPadding } from '../give-remains.js';
import { type SparseFile, readHeaderSparse, readNewSparse, readOldSparse, withHoles } from './sparse-file.js';
import { type TarHeader, blockBytes, isOnlyRecords, readPax, readTarHeader } from './tar-header.js';

/** Links, devices, folders: some programs write a size, and some data, others a size and no data. */
const mayLackData = new Set(['1', '2', '3', '4', '5', '6']);
/** Entries that describe the next one. */
const longName = 'L';
const longLink = 'K';
const pax = 'x';
const globalPax = 'g';
/** One with holes, in GNU's old form. */
const sparseFile = 'S';

/** Every file of a tar, and of tars behind it. A damaged header is left out, as tar programs do, and said. */
export function* openTar(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let at = 0;
  let hasEnd = false;
  let next: Described = {};
  yield { kind: 'empty' };
  while (at + blockBytes <= bytes.length) {
    budget.takeBytes(0, 0);
    const header = readTarHeader(bytes.subarray(at, at + blockBytes));
    if (header === null) {
      const isZero = isZeros(bytes, at, at + blockBytes);
      const resume = isZero ? at + blockBytes : nextHeader(bytes, at);
      if (!isZero && !hasEnd) yield damaged('a header is broken');
      if (!isZero) yield* giveRemains(bytes, [[at, resume]], budget);
      hasEnd ||= isZero;
      at = resume;
      continue;
    }
    hasEnd = false;
    const size = next.size ?? header.size;
    const sparse = header.type === sparseFile ? readOldSparse(bytes, at) : null;
    const start = sparse?.next ?? at + blockBytes;
    const end = start + (isWithoutData(bytes, header, start, size) ? 0 : size);
    const data = bytes.subarray(start, end);
    at = start + Math.ceil((end - start) / blockBytes) * blockBytes;
    const described = describe(header.type, data);
    const label = next.name ?? header.name;
    if (described !== null) {
      next = { ...next, ...described };
      // Programs that know no such entries unpack them as files.
      if (!isDescription(header.type, data)) yield* givePart(label, data, budget);
      continue;
    }
    yield* givePart(label, data, budget);
    const { sparseSize, sparseMap } = next;
    if (sparse !== null) yield* giveWithHoles(label, sparse, data, budget);
    else if (sparseMap !== undefined) yield* giveWithHoles(label, sparseMap, data, budget);
    else if (sparseSize !== undefined) {
      const file = readNewSparse(data, sparseSize);
      yield* giveWithHoles(label, file, data.subarray(file.dataAt), budget);
    }
    next = {};
    if (end > bytes.length) yield damaged('the file ends within it', label);
  }
  const rest = bytes.subarray(Math.min(at, bytes.length));
  if (hasEnd && withoutPadding(rest).length > 0) yield* giveRemains(bytes, [[at, bytes.length]], budget);
  // Many writers leave the two empty blocks at the end out; a piece of a header says that more was to come.
  else if (!hasEnd && (at < bytes.length || isDescribed(next))) yield damaged('its end is missing');
}

/** What entries in front say of the next one. */
interface Described {
  readonly name?: string;
  readonly size?: number;
  /** A file with holes: so long with them. */
  readonly sparseSize?: number;
  /** The same, with its map. */
  readonly sparseMap?: SparseFile;
}

const isDescribed = (next: Described): boolean => Object.keys(next).length > 0;

/** Nothing but what such an entry holds: records to its end, or a name that a NUL ends. */
const isDescription = (type: string, data: Buffer): boolean =>
  type === pax || type === globalPax ? isOnlyRecords(data) : data.indexOf(0) === data.length - 1;

/** As it is when it is unpacked: lists know it so. */
function* giveWithHoles(
  label: string,
  file: SparseFile,
  data: Buffer,
  budget: OpenContext['budget'],
): Generator<OpenedItem> {
  if (file.size === 0) return;
  budget.takePart();
  budget.takeBytes(file.size, file.size);
  yield { kind: 'part', label, bytes: withHoles(file, data) };
}

function describe(type: string, data: Buffer): Described | null {
  switch (type) {
    case longName:
      return { name: data.toString('utf8').replace(/\0.*$/s, '') };
    case longLink:
    case globalPax:
      return {};
    case pax: {
      const records = readPax(data);
      const [name, size] = [records.get('path'), Number.parseInt(records.get('size') ?? '', 10)];
      const sparseMap = readHeaderSparse(data);
      const sparseSize = Number.parseInt(records.get('GNU.sparse.realsize') ?? '', 10);
      return {
        ...(name === undefined ? {} : { name: records.get('GNU.sparse.name') ?? name }),
        ...(Number.isSafeInteger(size) ? { size } : {}),
        ...(sparseMap === null ? {} : { sparseMap }),
        ...(Number.isSafeInteger(sparseSize) && sparseSize >= 0 ? { sparseSize } : {}),
      };
    }
    default:
      return null;
  }
}

/** What decides is whether the next header stands right behind this one. */
const isWithoutData = (bytes: Buffer, { type }: TarHeader, start: number, size: number): boolean =>
  mayLackData.has(type) && size > 0 && readTarHeader(bytes.subarray(start, start + blockBytes)) !== null;

function isZeros(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

/** The next block that is a header, or the end. */
function nextHeader(bytes: Buffer, from: number): number {
  for (let at = from + blockBytes; at + blockBytes <= bytes.length; at += blockBytes)
    if (readTarHeader(bytes.subarray(at, at + blockBytes)) !== null) return at;
  return bytes.length;
}
