import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ContentBranch } from './content-branch.js';

export interface ContentDigests {
  readonly sizeBytes: number;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

/** One reader of the content: takes its bytes at its own pace, the slowest sets the pace of all. */
export interface Branch {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Needs no more bytes. A reader that ends without taking all of them must say so, or the others wait for it. */
  readonly done: () => void;
}

/** Reads a stream once for several readers and for its digests. */
export class ContentReader {
  private readonly branches: ContentBranch[] = [];

  branch(): Branch {
    const branch = new ContentBranch();
    this.branches.push(branch);
    return { bytes: branch, done: () => branch.leave() };
  }

  /** There is nothing (more) to read: every reader gets an error. */
  fail(error: unknown): void {
    const cause = error instanceof Error ? error : new Error('read failed');
    for (const branch of this.branches) branch.fail(cause);
  }

  /** The same for bytes that are all there. */
  takeWhole(bytes: Buffer): ContentDigests {
    for (const branch of this.branches) {
      if (bytes.length > 0) branch.add(bytes);
      branch.end();
    }
    const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
    return { sizeBytes: bytes.length, md5: digest('md5'), sha1: digest('sha1'), sha256: digest('sha256') };
  }

  /** Rejects with the source's error; the readers get one too. */
  async read(source: Readable): Promise<ContentDigests> {
    const [md5, sha1, sha256] = [createHash('md5'), createHash('sha1'), createHash('sha256')];
    let sizeBytes = 0;
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length;
        for (const branch of this.branches) branch.add(chunk);
        for (const hash of [md5, sha1, sha256]) hash.update(chunk);
        await Promise.all(this.branches.map((branch) => branch.hasRoom()));
      }
    } catch (error) {
      this.fail(error);
      throw error;
    }
    for (const branch of this.branches) branch.end();
    return { sizeBytes, md5: md5.digest('hex'), sha1: sha1.digest('hex'), sha256: sha256.digest('hex') };
  }
}
