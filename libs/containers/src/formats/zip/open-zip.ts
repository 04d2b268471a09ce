import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { LimitReached } from '../../walk-limits.js';
import { giveRemains, leastRemains } from '../give-remains.js';
import { ByteRanges } from '../byte-ranges.js';
import { EntryOpener } from './open-entry.js';
import { openForeignEntries } from './open-foreign.js';
import {
  type Directory,
  findEnds,
  findOrphanEntries,
  localsOf,
  locateDirectory,
  readEntries,
} from './read-directories.js';
import { isPlainZip } from './plainly-zipped.js';
import { type ZipEntry, entryOf, isCutShort, isPlausible, localEntryOf } from './zip-entry.js';
import {
  type DirectoryEntry,
  type EndRecord,
  type EntryFields,
  type LocalHeader,
  flags,
  hasSignature,
  readLocal,
  signatures,
} from './zip-records.js';

/** More than any zip of files has; each entry costs memory. */
const maxEntries = 250_000;
const maxDirectories = 16;
const [end64Bytes, locatorBytes] = [56, 20];

/**
 * Everything any reader of zips may show. Some follow the directory at the end, some the first one they meet, some the
 * local headers from the front; so all directories are followed, then every local header that lies in no entry's data.
 * What belongs to no entry at all comes out as parts too.
 */
export async function* openZip(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  const isPlain = context.mayBeSpared === true && isPlainZip(bytes, () => context.budget.checkTime());
  for await (const item of new ZipOpener(bytes, context).open())
    yield isPlain && item.kind === 'part' ? { ...item, packing: 'plain-zip' } : item;
}

class ZipOpener {
  /** Records and data of the entries in directories. */
  private readonly known = new ByteRanges();
  /** Where the local headers of the entries in directories stand. */
  private readonly listed = new Set<number>();
  private readonly entries: EntryOpener;
  private lookedAt = 0;
  /** Without those that only looked like one. */
  private entryCount = 0;
  private hasEnd = false;
  private isVolume = false;

  constructor(
    private readonly bytes: Buffer,
    private readonly context: OpenContext,
  ) {
    this.entries = new EntryOpener(bytes, context);
  }

  async *open(): AsyncGenerator<OpenedItem> {
    // An end is enough to be a zip: what it lists may all be empty.
    if ([...findEnds(this.bytes)].some((end) => this.isEnd(end))) yield { kind: 'empty' };
    for (const end of findEnds(this.bytes)) yield* this.openDirectory(end);
    yield* this.openOrphans();
    const all = new ByteRanges();
    for (const [start, end] of this.known.ranges()) all.add(start, end);
    yield* this.openLocals(all);
    yield* openForeignEntries(this.entries.foreign, this.context);
    yield* this.tellMissing();
    yield* this.tellBegun(all);
    yield* giveRemains(this.bytes, all.gaps(this.bytes.length), this.context.budget);
  }

  private isEnd(end: EndRecord): boolean {
    return isEmptyEnd(end) || locateDirectory(this.bytes, end) !== null;
  }

  private directoryCount = 0;

  private async *openDirectory(end: EndRecord): AsyncGenerator<OpenedItem> {
    if (this.known.endAt(end.offset) !== null) return;
    const directory = locateDirectory(this.bytes, end);
    if (directory === null) return this.noteEnd(end);
    this.directoryCount += 1;
    if (this.directoryCount > maxDirectories)
      return yield { kind: 'unexamined', reason: 'ambiguous', detail: 'more directories than are followed' };
    this.hasEnd = true;
    const { count, reached } = yield* this.openEntries(directory);
    // Up to its end all of it was read, whatever number it says.
    const isRead = reached === end.directoryEnd || count % end.countModulus === end.count % end.countModulus;
    if (!isRead && !this.isVolume)
      yield { kind: 'unexamined', reason: 'damaged', detail: 'its directory is not whole' };
  }

  /** An end record without a directory: of an empty zip, or four bytes that stand there by chance. */
  private noteEnd(end: EndRecord): void {
    if (!isEmptyEnd(end)) return;
    // A header of an entry within it: the four bytes in front were the end of something else.
    if (this.bytes.subarray(end.offset + 4, end.end).includes(signatures.local)) return;
    this.hasEnd = true;
    this.knowEnd(end);
  }

  /** The old record, and that of zip64 with its locator: anything may stand between these. */
  private knowEnd({ offset, end, directoryEnd }: EndRecord): void {
    this.known.add(offset, end);
    if (directoryEnd === offset) return;
    this.known.add(directoryEnd, directoryEnd + end64Bytes);
    this.known.add(offset - locatorBytes, offset);
  }

  private async *openEntries({
    start,
    shift,
    end,
  }: Directory): AsyncGenerator<OpenedItem, { count: number; reached: number }> {
    let count = 0;
    let directoryEnd = start;
    for (const entry of readEntries(this.bytes, start)) {
      if (entry.offset >= end.directoryEnd) break;
      count += 1;
      if (count > maxEntries) throw new LimitReached('container', 'maxParts');
      if (count % 1000 === 0) this.context.budget.takeBytes(0, 0);
      directoryEnd = entry.end;
      yield* this.openDirectoryEntry(entry, { shift, disk: end.disk });
    }
    this.known.add(start, directoryEnd);
    this.knowEnd(end);
    return { count, reached: directoryEnd };
  }

  private async *openDirectoryEntry(
    entry: DirectoryEntry,
    { shift, disk }: { shift: number; disk: number },
  ): AsyncGenerator<OpenedItem> {
    const locals = localsOf(this.bytes, entry, shift);
    const [local] = locals;
    if (local !== undefined && isEmpty(entry) && isEmpty(local)) {
      if (!this.isStreamed(local)) return this.known.add(local.offset, local.dataStart);
      return void (yield* this.openEntry(localEntryOf(this.bytes, local, true), local, this.known));
    }
    if (locals.length === 0) return yield this.missing(entry, disk);
    for (const [index, local] of locals.entries()) {
      this.listed.add(local.offset);
      const isCertain = index === 0;
      yield* this.openEntry({ ...entryOf(entry, local, this.bytes.length), isCertain }, local, this.known);
    }
  }

  /** Data follows whose length stands behind it, whatever the directory says: readers that begin at the front see it. */
  private isStreamed({ flags: said, dataStart }: LocalHeader): boolean {
    if ((said & flags.descriptor) === 0) return false;
    return !Object.values(signatures).some((mark) => hasSignature(this.bytes, dataStart, mark));
  }

  private missing(entry: DirectoryEntry, disk: number): OpenedItem {
    const label = entry.name.toString('utf8');
    this.isVolume ||= disk !== 0 && disk !== 0xffff;
    if (this.isVolume)
      return { kind: 'unexamined', reason: 'unsupported', label, detail: 'stands in another volume' };
    return { kind: 'unexamined', reason: 'damaged', label, detail: 'no data where its directory says' };
  }

  private async *openEntry(
    entry: ZipEntry,
    local: LocalHeader,
    ranges: ByteRanges,
  ): AsyncGenerator<OpenedItem, number> {
    this.lookedAt += 1;
    if (this.lookedAt > maxEntries) throw new LimitReached('container', 'maxParts');
    let hasSpoken = entry.isCertain;
    const items = this.entries.open(entry);
    let item = await items.next();
    for (; item.done !== true; item = await items.next()) {
      hasSpoken = true;
      yield item.value;
    }
    const end = item.value + this.descriptorBytes(item.value, entry);
    // What only looked like an entry accounts for nothing.
    if (hasSpoken) ranges.add(local.offset, end);
    if (hasSpoken) this.entryCount += 1;
    return end;
  }

  private descriptorBytes(at: number, { hasDescriptor }: ZipEntry): number {
    const isSigned = hasSignature(this.bytes, at, signatures.descriptor);
    if (!isSigned && !hasDescriptor) return 0;
    const least = isSigned ? 16 : 12;
    // With zip64 its two sizes have eight bytes; what comes next tells.
    const isNextAt = (next: number) => this.bytes.toString('latin1', at + next, at + next + 2) === 'PK';
    return !isNextAt(least) && isNextAt(least + 8) ? least + 8 : least;
  }

  private async *openOrphans(): AsyncGenerator<OpenedItem> {
    for (const entry of [...findOrphanEntries(this.bytes, this.known)].slice(0, maxEntries)) {
      const [local] = localsOf(this.bytes, entry, 0);
      if (local === undefined || !this.isMeant(entry, local)) continue;
      yield* this.openEntry(entryOf(entry, local, this.bytes.length), local, this.known);
      this.known.add(entry.offset, entry.end);
    }
  }

  private isMeant(entry: DirectoryEntry, local: LocalHeader): boolean {
    if (hasSignature(this.bytes, local.offset, signatures.local)) return true;
    return entry.name.length > 0 && entry.name.equals(local.name);
  }

  /** Local headers no directory knows. One that stands where another entry ended is certain, others only if they hold. */
  private async *openLocals(all: ByteRanges): AsyncGenerator<OpenedItem> {
    let expected = this.firstRecord();
    let at = this.bytes.indexOf(signatures.local);
    while (at >= 0) {
      const knownEnd = this.known.endAt(at);
      if (knownEnd !== null) expected = knownEnd;
      const local = knownEnd === null ? readLocal(this.bytes, at) : null;
      const isCertain = at === expected || (local !== null && isCutShort(local, this.bytes));
      let next = knownEnd ?? at + 1;
      if (local !== null && (isCertain || isPlausible(local, this.bytes))) {
        const end = yield* this.openLocal(local, isCertain, all);
        if (isCertain) expected = next = Math.max(end, local.dataStart);
      }
      at = this.bytes.indexOf(signatures.local, next);
    }
  }

  /** Data that begins with an entry of a directory around it may be a zip without an end of its own. */
  private async *openLocal(
    local: LocalHeader,
    isCertain: boolean,
    all: ByteRanges,
  ): AsyncGenerator<OpenedItem, number> {
    const entry = localEntryOf(this.bytes, local, isCertain);
    const isExcerpt = this.listed.has(local.dataStart);
    const items = this.openEntry(entry, local, all);
    let item = await items.next();
    for (; item.done !== true; item = await items.next())
      yield item.value.kind === 'part' && isExcerpt ? { ...item.value, isExcerpt } : item.value;
    return item.value;
  }

  /** Markers of volumes and the record of extra data may stand before the first entry. */
  private firstRecord(): number {
    if (
      hasSignature(this.bytes, 0, signatures.descriptor) ||
      hasSignature(this.bytes, 0, Buffer.from('PK00'))
    )
      return 4;
    if (!hasSignature(this.bytes, 0, signatures.extraData) || this.bytes.length < 8) return 0;
    return 8 + this.bytes.readUInt32LE(4);
  }

  /** Behind everything else a piece of a header, too short to be given as a part: something followed. */
  private *tellBegun(all: ByteRanges): Generator<OpenedItem> {
    const [start = 0] = [...all.gaps(this.bytes.length)].at(-1) ?? [this.bytes.length];
    const rest = this.bytes.subarray(start);
    const isHeader = hasSignature(rest, 0, signatures.local) && rest.length < leastRemains;
    if (start > 0 && isHeader && this.hasEnd)
      yield { kind: 'unexamined', reason: 'damaged', detail: 'a header at its end is not whole' };
  }

  private *tellMissing(): Generator<OpenedItem> {
    if (
      this.context.isExcerpt ||
      this.hasEnd ||
      (this.entryCount === 0 && !hasSignature(this.bytes, 0, signatures.local))
    )
      return;
    const isFirstVolume = hasSignature(this.bytes, 0, signatures.descriptor);
    if (isFirstVolume) yield { kind: 'unexamined', reason: 'unsupported', detail: 'one volume of several' };
    else yield { kind: 'unexamined', reason: 'damaged', detail: 'its directory is missing' };
  }
}

/** Most of them are folders. */
const isEmpty = ({ packedBytes, bytes }: EntryFields): boolean => packedBytes === 0 && bytes === 0;

const isEmptyEnd = (end: EndRecord): boolean => end.disk === 0 && end.count === 0 && end.directoryBytes === 0;
