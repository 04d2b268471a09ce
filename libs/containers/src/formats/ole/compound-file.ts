import type { ContainerBudget } from '../../walk-limits.js';

/** [MS-CFB]: a file system in a file. Damaged ones are read as far as they go; no chain is followed round and round. */
export interface CompoundStream {
  /** Names of the storages around it. */
  readonly storages: readonly string[];
  readonly name: string;
  readonly size: number;
  /** Number of its entry in the directory. */
  readonly id: number;
}

interface Entry {
  readonly name: string;
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

const entryBytes = 128;
const firstSpecial = 0xfffffffa;
const headFatSectors = 109;
const maxNesting = 64;
const streamType = 2;
const rootType = 5;

export class CompoundFile {
  /** Something it names lies beyond its bytes. */
  isCut = false;
  private readonly sectorBytes: number;
  private readonly miniSectorBytes: number;
  private readonly miniCutoff: number;
  private readonly fatSectors: number[];
  private readonly entries: Entry[];
  private readonly miniFat: Buffer;
  private readonly miniStream: Buffer;

  constructor(
    private readonly bytes: Buffer,
    private readonly budget: ContainerBudget,
  ) {
    this.sectorBytes = 1 << Math.min(16, Math.max(7, bytes.readUInt16LE(30)));
    this.miniSectorBytes = 1 << Math.min(12, Math.max(2, bytes.readUInt16LE(32)));
    this.miniCutoff = bytes.readUInt32LE(56);
    this.fatSectors = this.readFatSectors();
    this.entries = this.readEntries(this.chain(bytes.readUInt32LE(48), null));
    this.miniFat = this.chain(bytes.readUInt32LE(60), null);
    const root = this.entries.find((entry) => entry.type === rootType);
    this.miniStream = root === undefined ? Buffer.alloc(0) : this.chain(root.start, root.size);
  }

  /** All of them, also those that no storage names. */
  streams(): CompoundStream[] {
    const paths = this.storagePaths();
    return this.entries.flatMap(({ type, name, size }, id) =>
      type === streamType && size > 0 ? [{ storages: paths.get(id) ?? [], name, size, id }] : [],
    );
  }

  read({ id }: CompoundStream): Buffer {
    const entry = this.entries[id];
    if (entry === undefined) return Buffer.alloc(0);
    return entry.size < this.miniCutoff
      ? this.miniChain(entry.start, entry.size)
      : this.chain(entry.start, entry.size);
  }

  private sector(number: number): Buffer {
    const start = (number + 1) * this.sectorBytes;
    if (start + this.sectorBytes > this.bytes.length) this.isCut ||= start >= this.bytes.length;
    return this.bytes.subarray(start, start + this.sectorBytes);
  }

  private readFatSectors(): number[] {
    const found: number[] = [];
    for (let at = 0; at < headFatSectors; at += 1) {
      const sector = this.bytes.readUInt32LE(76 + at * 4);
      if (sector < firstSpecial) found.push(sector);
    }
    const most = Math.ceil(this.bytes.length / this.sectorBytes);
    let next = this.bytes.readUInt32LE(68);
    for (let count = 0; next < firstSpecial && count < most && found.length <= most; count += 1) {
      const sector = this.sector(next);
      const last = sector.length - 4;
      if (last < 0) break;
      for (let at = 0; at < last; at += 4) {
        const number = sector.readUInt32LE(at);
        if (number < firstSpecial) found.push(number);
      }
      next = sector.readUInt32LE(last);
    }
    return found;
  }

  private behind(sector: number): number {
    const perSector = this.sectorBytes / 4;
    const fat = this.fatSectors[Math.floor(sector / perSector)];
    const at = fat === undefined ? -1 : (fat + 1) * this.sectorBytes + (sector % perSector) * 4;
    if (at < 0 || at + 4 > this.bytes.length) {
      this.isCut = true;
      return firstSpecial;
    }
    return this.bytes.readUInt32LE(at);
  }

  /** `size` null: until the chain ends. */
  private chain(start: number, size: number | null): Buffer {
    const most = Math.ceil(Math.min(size ?? Infinity, this.bytes.length) / this.sectorBytes);
    const pieces: Buffer[] = [];
    let next = start;
    for (let count = 0; next < firstSpecial && count < most; count += 1) {
      const piece = this.sector(next);
      if (piece.length === 0) break;
      pieces.push(piece);
      next = this.behind(next);
    }
    this.budget.checkTime();
    const whole = Buffer.concat(pieces);
    if (size !== null && whole.length < size) this.isCut = true;
    return size === null ? whole : whole.subarray(0, size);
  }

  private miniChain(start: number, size: number): Buffer {
    const pieces: Buffer[] = [];
    const most = Math.ceil(size / this.miniSectorBytes);
    let next = start;
    for (let count = 0; next < firstSpecial && count < most; count += 1) {
      const at = next * this.miniSectorBytes;
      const piece = this.miniStream.subarray(at, at + this.miniSectorBytes);
      if (piece.length === 0) break;
      pieces.push(piece);
      next = next * 4 + 4 <= this.miniFat.length ? this.miniFat.readUInt32LE(next * 4) : firstSpecial;
    }
    const whole = Buffer.concat(pieces).subarray(0, size);
    if (whole.length < size) this.isCut = true;
    return whole;
  }

  private readEntries(directory: Buffer): Entry[] {
    const entries: Entry[] = [];
    for (let at = 0; at + entryBytes <= directory.length; at += entryBytes) {
      const nameBytes = Math.min(64, Math.max(2, directory.readUInt16LE(at + 64)));
      entries.push({
        name: directory.toString('utf16le', at, at + nameBytes - 2),
        type: directory.readUInt8(at + 66),
        left: directory.readUInt32LE(at + 68),
        right: directory.readUInt32LE(at + 72),
        child: directory.readUInt32LE(at + 76),
        start: directory.readUInt32LE(at + 116),
        size: directory.readUInt32LE(at + 120),
      });
    }
    return entries;
  }

  private storagePaths(): Map<number, readonly string[]> {
    const paths = new Map<number, readonly string[]>();
    const open: { id: number; path: readonly string[] }[] = [{ id: this.entries[0]?.child ?? 0, path: [] }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { id, path } = next;
      const entry = this.entries[id];
      if (entry === undefined || paths.has(id)) continue;
      paths.set(id, path);
      open.push({ id: entry.left, path }, { id: entry.right, path });
      if (entry.type !== streamType && path.length < maxNesting)
        open.push({ id: entry.child, path: [...path, entry.name] });
    }
    return paths;
  }
}
