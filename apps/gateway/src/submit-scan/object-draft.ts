import { createHash } from 'node:crypto';
import type { MailDigest, ObjectStore, ObjectWriter } from '@sluice/object-store';

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
  readonly store: Pick<ObjectStore, 'create'>;
  /** Bytes waiting to be written have become many, or few again. */
  readonly onPressure: (isHigh: boolean) => void;
  readonly onFailure: (error: unknown) => void;
  /** Absent: the object comes from no mail sensor. */
  readonly mailDigest?: MailDigest;
  readonly highWaterBytes?: number;
}

/** An object on its way into the store: takes bytes at once, hashes them, and writes them behind. */
export class ObjectDraft {
  sizeBytes = 0;
  private readonly hash = createHash('sha256');
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private isPressureHigh = false;
  private isAborted = false;
  private writing: Promise<void> | null = null;
  private readonly opened: Promise<ObjectWriter>;
  private readonly highWaterBytes: number;

  constructor(private readonly options: DraftOptions) {
    this.highWaterBytes = options.highWaterBytes ?? 1024 ** 2;
    this.opened = options.store.create();
    this.opened.catch(options.onFailure);
  }

  write(bytes: Buffer): void {
    this.hash.update(bytes);
    this.options.mailDigest?.write(bytes);
    this.sizeBytes += bytes.length;
    this.pending.push(bytes);
    this.pendingBytes += bytes.length;
    this.tellPressure();
    if (this.writing !== null) return;
    this.writing = this.writeAll();
    // Told through onFailure, and again by commit.
    this.writing.catch(() => undefined);
  }

  /** Rejects with the store's error; then nothing of the object stays. */
  async commit(): Promise<StoredObject> {
    try {
      await this.writing;
      const writer = await this.opened;
      await writer.commit();
      const mailDigest = this.options.mailDigest?.end();
      return {
        objectKey: writer.key,
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
    await this.writing?.catch(() => undefined);
    const writer = await this.opened.catch(() => null);
    await writer?.abort();
  }

  private async writeAll(): Promise<void> {
    try {
      const writer = await this.opened;
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
