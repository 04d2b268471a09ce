import { type Query, WriteTogether } from '@sluice/database';
import {
  finishReleases,
  type ClaimedRelease,
  type EndedRelease,
  type ReleaseEnding,
} from './releases.query.js';

/** Writes how attempts ended: several share a statement. */
export class WriteEndings {
  private readonly together: WriteTogether<EndedRelease, boolean>;

  constructor(query: Query) {
    this.together = new WriteTogether(async (batch) => {
      const written = await finishReleases(query, batch);
      return ({ claimed }) => written.has(claimed.lease);
    });
  }

  /** False: the lease is another's by now, and what that one finds out counts. */
  write(claimed: ClaimedRelease, ending: ReleaseEnding): Promise<boolean> {
    return this.together.write({ claimed, ending });
  }
}
