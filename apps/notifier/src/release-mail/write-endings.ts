import type { Query } from '@sluice/database';
import {
  finishReleases,
  type ClaimedRelease,
  type EndedRelease,
  type ReleaseEnding,
} from './releases.query.js';

interface Waiting extends EndedRelease {
  readonly resolve: (isWritten: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes how attempts ended: while one statement is on its way the next endings gather, and share a commit. */
export class WriteEndings {
  private waiting: Waiting[] = [];
  private isWriting = false;

  constructor(private readonly query: Query) {}

  /** False: the lease is another's by now, and what that one finds out counts. */
  write(claimed: ClaimedRelease, ending: ReleaseEnding): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ claimed, ending, resolve, reject });
      void this.drain();
    });
  }

  /** Never rejects. */
  private async drain(): Promise<void> {
    if (this.isWriting) return;
    this.isWriting = true;
    while (this.waiting.length > 0) await this.writeAll(this.waiting.splice(0));
    this.isWriting = false;
  }

  private async writeAll(batch: readonly Waiting[]): Promise<void> {
    try {
      const written = await finishReleases(this.query, batch);
      for (const { claimed, resolve } of batch) resolve(written.has(claimed.lease));
    } catch (error) {
      // One that the database does not take must not have the others sent again.
      if (batch.length > 1) for (const one of batch) await this.writeAll([one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
