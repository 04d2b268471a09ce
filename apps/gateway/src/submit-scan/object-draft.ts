import { createHash } from 'node:crypto';
import type { MailDigest, ObjectStore, ObjectWriter } from '@sluice/object-store';
import type { GatheredBytes } from './gathered-bytes.js';

/** Chunks of a TLS record's size are gathered up to this before they are written: fewer, larger writes. */
const maxWriteBytes = 512 * 1024;

export interface StoredObject {
  readonly objectKey: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Of what mail sensors send. */
  readonly mailDigest?: string;
}

interface DraftOptions {
  readonly store: Pick<ObjectStore, 'create' | 'createShared'>;
  /** Null: what comes is written as it comes. */
  readonly gathered?: GatheredBytes | null;
  /** Bytes waiting to be written have become many, or few again. */
  readonly onPressure: (isHigh: boolean) => void;
  readonly onFailure: (error: unknown) => void;
  /** Absent: the object comes from no mail sensor. */
  readonly mailDigest?: MailDigest;
  readonly highWaterBytes?: number;
}

/**
 * An object on its way into the store: takes bytes at once, hashes them, and writes them behind; or gathers them while it is
 * small, so that it may share a file.
 */
export class ObjectDraft {
  sizeBytes = 0;
  private readonly hash = createHash('sha256');
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private isPressureHigh = false;
  private isAborted = false;
  private writing: Promise<void> | null = null;
  private opened: Promise<ObjectWriter> | null = null;
  private gathered: GatheredBytes | null;
  private readonly highWaterBytes: number;

  constructor(private readonly options: DraftOptions) {
    this.highWaterBytes = options.highWaterBytes ?? 1024 ** 2;
    this.gathered = options.gathered ?? null;
    if (this.gathered === null) void this.open();
  }

  write(bytes: Buffer): void {
    this.hash.update(bytes);
    this.options.mailDigest?.write(bytes);
    this.sizeBytes += bytes.length;
    if (this.gathered?.add(bytes) === true) return;
    this.stopGathering();
    this.writeBehind(bytes);
  }

  private writeBehind(bytes: Buffer): void {
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    this.tellPressure();
    if (this.writing !== null) return;
    this.writing = this.writeAll();
    // Told through onFailure, and again by commit.
    this.writing.catch(() => undefined);
  }

  /** Rejects with the store's error; then nothing of the object stays. `mayShare`: a file with others. */
  async commit({ mayShare = false }: { readonly mayShare?: boolean } = {}): Promise<StoredObject> {
    try {
      const objectKey =
        mayShare && this.gathered !== null ? await this.share(this.gathered) : await this.finish();
      const mailDigest = this.options.mailDigest?.end();
      return {
        objectKey,
        sizeBytes: this.sizeBytes,
        sha256: this.hash.digest('hex'),
        ...(mailDigest !== undefined && { mailDigest }),
      };
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  /** Nothing of the object stays. Never throws. */
  async abort(): Promise<void> {
    this.isAborted = true;
    this.pending = [];
    this.pendingBytes = 0;
    this.tellPressure();
    this.gathered?.release();
    this.gathered = null;
    await this.writing?.catch(() => undefined);
    const writer = await this.opened?.catch(() => null);
    await writer?.abort();
  }

  private async share(gathered: GatheredBytes): Promise<string> {
    const objectKey = await this.options.store.createShared(gathered.bytes);
    gathered.release();
    this.gathered = null;
    return objectKey;
  }

  private async finish(): Promise<string> {
    this.stopGathering();
    await this.writing;
    const writer = await this.open();
    await writer.commit();
    return writer.key;
  }

  /** From here on it has a file of its own. */
  private stopGathering(): void {
    if (this.gathered === null) return;
    const { bytes } = this.gathered;
    this.gathered.release();
    this.gathered = null;
    if (bytes.length > 0) this.writeBehind(bytes);
  }

  private open(): Promise<ObjectWriter> {
    if (this.opened === null) {
      this.opened = this.options.store.create();
      this.opened.catch(this.options.onFailure);
    }
    return this.opened;
  }

  private async writeAll(): Promise<void> {
    try {
      const writer = await this.open();
      while (this.pending.length > 0) {
        const bytes = this.takePending();
        await writer.write(bytes);
        if (this.isAborted) break;
        this.pendingBytes -= bytes.length;
        this.tellPressure();
      }
      this.writing = null;
    } catch (error) {
      // `writing` stays a rejected promise, so that a commit fails too.
      this.options.onFailure(error);
      throw error;
    }
  }

  private takePending(): Buffer {
    const taken: Buffer[] = [];
    let bytes = 0;
    while (
      this.pending.length > 0 &&
      (bytes === 0 || bytes + (this.pending[0]?.length ?? 0) <= maxWriteBytes)
    ) {
      const next = this.pending.shift() as Buffer;
      taken.push(next);
      bytes += next.length;
    }
    return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken, bytes);
  }

  private tellPressure(): void {
    const isHigh = this.isPressureHigh
      ? this.pendingBytes > this.highWaterBytes / 4
      : this.pendingBytes > this.highWaterBytes;
    if (isHigh === this.isPressureHigh) return;
    this.isPressureHigh = isHigh;
    this.options.onPressure(isHigh);
  }
}
