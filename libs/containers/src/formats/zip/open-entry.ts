import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { type ContainerBudget, LimitReached } from '../../walk-limits.js';
import { type Decoded, decodeEntry } from './decode-entry.js';
import { decryptAes, decryptTraditional } from './zip-encryption.js';
import type { Reading, ZipEntry } from './zip-entry.js';

/** An entry's data still packed by a method that another program has to unpack. */
export interface ForeignEntry {
  readonly label: string;
  readonly method: number;
  readonly packed: Buffer;
  readonly crc: number;
  readonly bytes: number;
  /** Flag 1: the packed stream says itself where it ends. For method 6 it says more, so flags are kept. */
  readonly flags: number;
  readonly isCertain: boolean;
  /** Another reading of the same entry was opened already. */
  readonly isOtherReading: boolean;
  readonly wasEncrypted: boolean;
}

type Content = Extract<Decoded, { kind: 'content' }>;
interface Attempt {
  readonly reading: Reading;
  readonly decoded: Decoded;
}

/** Opens entries of one zip, each place in it once. */
export class EntryOpener {
  readonly foreign: ForeignEntry[] = [];
  private readonly seen = new Set<string>();
  private readonly workLimit: number;
  private work = 0;
  private goodPassword: string | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly context: OpenContext,
  ) {
    // Entries that overlap would have the same bytes read over and over.
    this.workLimit = 4 * bytes.length + 1024 ** 2;
  }

  /** Gives what it holds; returns where its data ends, by the shortest reading. */
  async *open(entry: ZipEntry): AsyncGenerator<OpenedItem, number> {
    this.context.budget.takeBytes(0, 0);
    const readings = entry.readings.filter((reading) => this.isNew(reading, entry.isEncrypted));
    const shortest = Math.min(...entry.readings.map((reading) => reading.dataEnd));
    if (readings.length === 0) return shortest;
    const attempts: Attempt[] = [];
    for (const reading of readings)
      attempts.push({ reading, decoded: await this.decode(this.dataOf(reading, entry), reading) });
    const ends = attempts.map(({ reading, decoded }) => endOf(reading, decoded));
    if (entry.isEncrypted && !this.isAnyVerified(attempts, entry)) yield* this.openEncrypted(entry, readings);
    else yield* this.give(entry, attempts);
    return Math.min(shortest, ...ends);
  }

  /** The same data under two entries is one part; a stream that ends by itself is the same whatever length is said. */
  private isNew({ dataStart, dataEnd, method }: Reading, isEncrypted: boolean): boolean {
    const key = `${dataStart} ${method} ${method === 8 && !isEncrypted ? '' : dataEnd}`;
    return this.seen.size !== this.seen.add(key).size;
  }

  private dataOf({ dataStart, dataEnd, method }: Reading, { isEncrypted }: ZipEntry): Buffer {
    return this.bytes.subarray(dataStart, method === 8 && !isEncrypted ? undefined : dataEnd);
  }

  private async decode(data: Buffer, reading: Reading): Promise<Decoded> {
    const { budget } = this.context;
    const decoded = await decodeEntry(data, reading, budget.largestPartBytes);
    if (decoded.kind === 'too-large') chargeTooLarge(budget);
    this.work += decoded.kind === 'content' ? decoded.consumed : 0;
    if (this.work > this.workLimit) throw new LimitReached('container', 'maxRatio');
    return decoded;
  }

  private isAnyVerified(attempts: readonly Attempt[], entry: ZipEntry): boolean {
    return attempts.some(({ reading, decoded }) => this.isVerified(reading, decoded, entry));
  }

  private isVerified(reading: Reading, decoded: Decoded, entry: ZipEntry): decoded is Content {
    if (decoded.kind !== 'content' || !decoded.isWhole) return false;
    if (entry.crcs.includes(decoded.crc)) return true;
    // A descriptor behind the data, with or without its signature, has the checksum in one of its first two words.
    const end = endOf(reading, decoded);
    return [end, end + 4].some(
      (at) => at + 4 <= this.bytes.length && this.bytes.readUInt32LE(at) === decoded.crc,
    );
  }

  private *give(entry: ZipEntry, attempts: readonly Attempt[]): Generator<OpenedItem> {
    const isVerified = this.isAnyVerified(attempts, entry);
    if (!isVerified && !entry.isCertain && !attempts.some(({ decoded }) => decoded.kind === 'foreign'))
      return;
    for (const [index, { reading, decoded }] of attempts.entries()) {
      const isOther = isVerified && !this.isVerified(reading, decoded, entry);
      if (decoded.kind === 'content') yield* this.giveContent(entry.label, decoded, isOther);
      else if (decoded.kind === 'foreign')
        this.putAside(entry, { reading, isOtherReading: isOther || index > 0 });
      else yield closed(entry.label, decoded.kind, isOther || index > 0);
    }
    const isOnlyBroken = attempts.every(({ decoded }) => decoded.kind === 'content');
    if (!isVerified && isOnlyBroken)
      yield {
        kind: 'unexamined',
        reason: 'damaged',
        label: entry.label,
        detail: 'its checksum does not hold',
      };
  }

  /** Of a second reading only what is whole is given: no one reads on where the checksum held already. */
  private *giveContent(label: string, content: Content, isOther: boolean): Generator<OpenedItem> {
    if (content.bytes.length === 0 || (isOther && !content.isWhole)) return;
    yield* this.giveBytes(label, content.bytes, false);
  }

  private *giveBytes(label: string, bytes: Buffer, wasEncrypted: boolean): Generator<OpenedItem> {
    if (bytes.length === 0) return;
    this.context.budget.takePart();
    this.context.budget.takeBytes(bytes.length, bytes.length);
    yield { kind: 'part', label, bytes, ...(wasEncrypted ? { wasEncrypted } : {}) };
  }

  private putAside(
    entry: ZipEntry,
    { reading, isOtherReading }: { reading: Reading; isOtherReading: boolean },
  ): void {
    const packed = this.bytes.subarray(reading.dataStart, reading.dataEnd);
    this.foreign.push({ ...foreignOf(entry, reading), packed, isOtherReading, wasEncrypted: false });
  }

  private async *openEncrypted(entry: ZipEntry, readings: readonly Reading[]): AsyncGenerator<OpenedItem> {
    for (const password of this.passwordsToTry(entry))
      for (const reading of readings) {
        const opened = await this.tryPassword(entry, reading, password);
        if (opened === null) continue;
        this.goodPassword = password;
        if (opened.kind === 'content') return yield* this.giveBytes(entry.label, opened.bytes, true);
        if (opened.kind !== 'foreign') return yield closed(entry.label, opened.kind, false);
        return;
      }
    yield { kind: 'unexamined', reason: 'encrypted', label: entry.label };
  }

  /** One that opened an entry is likely the others' too, and costs no try. */
  private *passwordsToTry(entry: ZipEntry): Generator<string> {
    if (entry.isStrong || (entry.aes === null && entry.readings.some(({ method }) => method === 99))) return;
    if (this.goodPassword !== undefined) yield this.goodPassword;
    for (const password of this.context.passwords) {
      if (password === this.goodPassword) continue;
      this.context.budget.takeBytes(0, 0);
      yield password;
    }
  }

  /** Null: not this password. */
  private async tryPassword(entry: ZipEntry, reading: Reading, password: string): Promise<Decoded | null> {
    const data = this.bytes.subarray(reading.dataStart, reading.dataEnd);
    const { aes } = entry;
    const packed =
      aes === null ? decryptTraditional(data, password, entry.check) : decryptAes(data, password, aes);
    if (packed === null) return null;
    const inner = { ...reading, method: aes?.method ?? reading.method };
    const decoded = await this.decode(packed, inner);
    if (decoded.kind === 'foreign')
      this.foreign.push({ ...foreignOf(entry, inner), packed, isOtherReading: false, wasEncrypted: true });
    // The traditional encryption's own check lets one of 256 wrong ones pass.
    const isWrong = aes === null && decoded.kind === 'content' && !entry.crcs.includes(decoded.crc);
    return isWrong ? null : decoded;
  }
}

/** Its work is charged, so that many of them end at a bound of the container. Only its own size lets the others go on. */
function chargeTooLarge(budget: ContainerBudget): void {
  const bytes = budget.largestPartBytes + 1;
  try {
    budget.takeBytes(bytes, bytes);
  } catch (error) {
    if (!(error instanceof LimitReached) || error.limit !== 'maxPartBytes') throw error;
  }
}

const foreignOf = (entry: ZipEntry, { method, expectedBytes }: Reading) => ({
  label: entry.label,
  method,
  crc: entry.crcs.find((crc) => crc !== 0) ?? 0,
  bytes: expectedBytes,
  flags: entry.methodFlags,
  isCertain: entry.isCertain,
});

const endOf = (reading: Reading, decoded: Decoded): number =>
  decoded.kind === 'content' && decoded.isWhole ? reading.dataStart + decoded.consumed : reading.dataEnd;

function closed(label: string, kind: 'too-large' | 'unknown-method', isOtherReading: boolean): OpenedItem {
  if (kind === 'too-large')
    return { kind: 'unexamined', reason: 'limit-exceeded', limit: 'maxPartBytes', label };
  const detail = 'a packing method that nothing here unpacks';
  return { kind: 'unexamined', reason: isOtherReading ? 'ambiguous' : 'unsupported', label, detail };
}
