import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';

export interface ContentDigests {
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

const branchBufferBytes = 256 * 1024;

/** One reader of the content: takes its bytes at its own pace, the slowest sets the pace of all. */
export interface Branch {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Needs no more bytes. A reader that ends without taking all of them must say so, or the others wait for it. */
  readonly done: () => void;
}

/** Reads a stream once for several readers and for its digests. */
export class ContentReader {
  private readonly branches: PassThrough[] = [];

  branch(): Branch {
    const stream = new PassThrough({ highWaterMark: branchBufferBytes });
    // Told to its reader; without one it is of no interest.
    stream.on('error', () => undefined);
    this.branches.push(stream);
    return { bytes: stream, done: () => stream.destroy() };
  }

  /** There is nothing (more) to read: every reader gets an error. */
  fail(error: unknown): void {
    const cause = error instanceof Error ? error : new Error('read failed');
    for (const branch of this.branches) branch.destroy(cause);
  }

  /** Rejects with the source's error; the readers get one too. */
  async read(source: Readable): Promise<ContentDigests> {
    const [md5, sha1, sha256] = [createHash('md5'), createHash('sha1'), createHash('sha256')];
    let sizeBytes = 0;
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length;
        for (const hash of [md5, sha1, sha256]) hash.update(chunk);
        await Promise.all(this.branches.map((branch) => writeTo(branch, chunk)));
      }
    } catch (error) {
      this.fail(error);
      throw error;
    }
    for (const branch of this.branches) branch.end();
    return { sizeBytes, md5: md5.digest('hex'), sha1: sha1.digest('hex'), sha256: sha256.digest('hex') };
  }
}

function writeTo(branch: PassThrough, chunk: Buffer): Promise<void> | null {
  if (branch.destroyed || branch.write(chunk)) return null;
  return new Promise((resolve) => {
    const goOn = (): void => {
      branch.off('drain', goOn);
      branch.off('close', goOn);
      resolve();
    };
    branch.once('drain', goOn);
    branch.once('close', goOn);
  });
}
