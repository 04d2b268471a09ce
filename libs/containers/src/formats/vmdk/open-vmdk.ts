import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged } from '../give-part.js';
import { inflate } from '../inflate.js';
import { openWithSevenZip } from '../seven-zip/open-seven-zip.js';

const sectorBytes = 512;
const flagCompressed = 0x10000;
const headAtEnd = 2n ** 64n - 1n;
/** A grain's place and its packed length stand in front of it, then two bytes of zlib. */
const [markerBytes, zlibBytes] = [12, 2];
const maxGrainBytes = 16 * 1024 ** 2;

/**
 * A virtual disk. 7-Zip looks through it; of packed disks it opens what VMware writes, and not what QEMU does: these are
 * unpacked here (VMware's Virtual Disk Format 1.1, "stream-optimized compressed sparse extents").
 */
export async function* openVmdk(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  const disk = packedDisk(bytes);
  const refused: OpenedItem[] = [];
  for await (const item of openWithSevenZip(bytes, context, { type: null })) {
    const isRefusal = disk !== null && item.kind === 'unexamined' && item.isAtOpening === true;
    if (isRefusal) refused.push(item);
    else yield item;
  }
  if (disk !== null && refused.length > 0) yield* unpacked(bytes, disk, context);
}

interface PackedDisk {
  readonly bytes: number;
  readonly grainBytes: number;
  readonly tableEntries: number;
  readonly directoryAt: number;
}

/** Null: not packed, or its numbers make no sense. */
function packedDisk(bytes: Buffer): PackedDisk | null {
  if (bytes.length < 2 * sectorBytes || (bytes.readUInt32LE(8) & flagCompressed) === 0) return null;
  const footer = bytes.subarray(bytes.length - 2 * sectorBytes);
  const head = bytes.readBigUInt64LE(56) === headAtEnd ? footer : bytes;
  const disk = {
    bytes: Number(head.readBigUInt64LE(12)) * sectorBytes,
    grainBytes: Number(head.readBigUInt64LE(20)) * sectorBytes,
    tableEntries: head.readUInt32LE(44),
    directoryAt: Number(head.readBigUInt64LE(56)) * sectorBytes,
  };
  const isSensible =
    disk.grainBytes > 0 && disk.grainBytes <= maxGrainBytes && disk.tableEntries > 0 && disk.bytes > 0;
  return isSensible ? disk : null;
}

async function* unpacked(
  bytes: Buffer,
  disk: PackedDisk,
  { budget }: OpenContext,
): AsyncGenerator<OpenedItem> {
  budget.takePart();
  budget.takeBytes(disk.bytes, disk.bytes);
  const image = Buffer.alloc(disk.bytes);
  let isWhole = true;
  for (let grain = 0; grain * disk.grainBytes < disk.bytes; grain += 1) {
    budget.checkTime();
    const at = grainAt(bytes, disk, grain);
    if (at === 0) continue;
    const content = at === null ? null : await grainContent(bytes, at, disk.grainBytes);
    if (content === null) isWhole = false;
    else content.copy(image, grain * disk.grainBytes);
  }
  yield { kind: 'part', label: 'disk', bytes: image };
  if (!isWhole) yield damaged('a piece of the disk is missing', 'disk');
}

/** By two tables: 0 is a piece that was never written; null: beyond the file. */
function grainAt(bytes: Buffer, disk: PackedDisk, grain: number): number | null {
  const word = (at: number): number | null => (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : null);
  const table = word(disk.directoryAt + 4 * Math.floor(grain / disk.tableEntries));
  if (table === null || table === 0) return table;
  const sector = word(table * sectorBytes + 4 * (grain % disk.tableEntries));
  return sector === null ? null : sector * sectorBytes;
}

async function grainContent(bytes: Buffer, at: number, grainBytes: number): Promise<Buffer | null> {
  if (at + markerBytes + zlibBytes > bytes.length) return null;
  const end = at + markerBytes + bytes.readUInt32LE(at + 8);
  const inflated = await inflate(bytes.subarray(at + markerBytes + zlibBytes, end), grainBytes);
  return inflated.kind === 'whole' ? inflated.bytes : null;
}
