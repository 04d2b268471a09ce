interface TreeNotes {
  /** Some of a tree was left: too much of it, or folders that claim the same bytes. */
  isCut: boolean;
}

/** A file as a directory of ISO 9660 has it. */
export interface IsoFile {
  readonly name: string;
  readonly start: number;
  readonly size: number;
}

const sectorBytes = 2048;
const firstDescriptor = 16;
const maxDescriptors = 32;
const maxDirectories = 100_000;
const maxFiles = 100_000;
const largestPathTable = 4 * 1024 ** 2;
const rootAt = 156;
const isDirectory = 2;

interface Volume {
  readonly root: IsoFile;
  readonly blockBytes: number;
  readonly isJoliet: boolean;
  readonly pathTable: { readonly start: number; readonly size: number };
}

/**
 * Files that stand in a tree of the disc beside the one that is read: each of its volume descriptors has a tree of its
 * own (ECMA-119, 8), and programs choose. The one read is that of Joliet where there is one.
 */
export function* filesOfOtherTrees(
  bytes: Buffer,
  notes: TreeNotes,
  checkTime: () => void,
): Generator<IsoFile> {
  const volumes = [...volumesOf(bytes)];
  const read = volumes.findLast(({ isJoliet }) => isJoliet) ?? volumes[0];
  if (read === undefined) return;
  const hidden = volumes.map((volume) => [...foldersOfPathTable(bytes, volume)]);
  if (volumes.length < 2 && hidden.every((folders) => folders.length < 2)) return;
  const known = new Set(
    [...filesOf(bytes, { ...read, folders: [] }, { isCut: false }, checkTime)].map(placeOf),
  );
  for (const [index, volume] of volumes.entries())
    for (const file of filesOf(bytes, { ...volume, folders: hidden[index] ?? [] }, notes, checkTime)) {
      if (file.size === 0 || known.has(placeOf(file))) continue;
      known.add(placeOf(file));
      yield file;
    }
}

const placeOf = ({ start, size }: IsoFile): string => `${start} ${size}`;

function* volumesOf(bytes: Buffer): Generator<Volume> {
  for (let sector = firstDescriptor; sector < firstDescriptor + maxDescriptors; sector += 1) {
    const descriptor = bytes.subarray(sector * sectorBytes, (sector + 1) * sectorBytes);
    if (descriptor.length < sectorBytes || descriptor.toString('latin1', 1, 6) !== 'CD001') return;
    const type = descriptor[0];
    if (type !== 1 && type !== 2) continue;
    const blockBytes = descriptor.readUInt16LE(128) || sectorBytes;
    const root = recordAt(descriptor, rootAt, blockBytes);
    const isJoliet = type === 2 && /^%\/[@CE]/.test(descriptor.toString('latin1', 88, 91));
    const pathTable = {
      start: descriptor.readUInt32LE(140) * blockBytes,
      size: Math.min(largestPathTable, descriptor.readUInt32LE(132)),
    };
    if (root !== null) yield { root: root.file, blockBytes, isJoliet, pathTable };
  }
}

function* filesOf(
  bytes: Buffer,
  { root, blockBytes, folders }: Volume & { readonly folders: readonly IsoFile[] },
  notes: TreeNotes,
  checkTime: () => void,
): Generator<IsoFile> {
  // Folders that stand in each other are no one's but an attacker's.
  let allowance = bytes.length * 4;
  const directories = [root, ...folders].filter(({ start }, at, all) => at === 0 || start !== all[0]?.start);
  const seen = new Set(directories.map(({ start }) => start));
  let count = 0;
  for (let next = directories.pop(); next !== undefined; next = directories.pop()) {
    checkTime();
    if (allowance <= 0) return void (notes.isCut = true);
    const content = bytes.subarray(next.start, next.start + next.size);
    allowance -= content.length;
    for (let at = 0; at < content.length;) {
      const record = recordAt(content, at, blockBytes);
      // Records do not cross the border of a sector.
      if (record === null) {
        at = (Math.floor(at / sectorBytes) + 1) * sectorBytes;
        continue;
      }
      at += record.length;
      count += 1;
      if (count > maxFiles) return void (notes.isCut = true);
      const { file } = record;
      if (!record.isDirectory) yield file;
      else if (seen.size >= maxDirectories) return void (notes.isCut = true);
      else if (!seen.has(file.start)) {
        seen.add(file.start);
        directories.push(file);
      }
    }
  }
}

/**
 * Folders as the table of paths has them (ECMA-119, 9.4), which Windows goes by: one may stand in no other folder. Its
 * first record is of itself, and says how long it is.
 */
function* foldersOfPathTable(bytes: Buffer, { blockBytes, pathTable }: Volume): Generator<IsoFile> {
  const table = bytes.subarray(pathTable.start, pathTable.start + pathTable.size);
  for (let at = 0, count = 0; at + 8 < table.length && count < maxDirectories; count += 1) {
    const nameBytes = table[at] ?? 0;
    if (nameBytes === 0) return;
    const start = (table.readUInt32LE(at + 2) + (table[at + 1] ?? 0)) * blockBytes;
    const self = recordAt(bytes, start, blockBytes);
    if (self !== null && self.isDirectory && self.file.start === start) yield self.file;
    at += 8 + nameBytes + (nameBytes % 2);
  }
}

interface IsoRecord {
  readonly file: IsoFile;
  readonly isDirectory: boolean;
  readonly length: number;
}

/** ECMA-119, 9.1. */
function recordAt(bytes: Buffer, at: number, blockBytes: number): IsoRecord | null {
  const length = bytes[at] ?? 0;
  if (length < 34 || at + length > bytes.length) return null;
  const nameBytes = bytes[at + 32] ?? 0;
  const name = bytes.toString('latin1', at + 33, at + 33 + nameBytes).replace(/;\d+$/, '');
  const extra = bytes[at + 1] ?? 0;
  const start = (bytes.readUInt32LE(at + 2) + extra) * blockBytes;
  const file = { name, start, size: bytes.readUInt32LE(at + 10) };
  return { file, length, isDirectory: ((bytes[at + 25] ?? 0) & isDirectory) !== 0 };
}
