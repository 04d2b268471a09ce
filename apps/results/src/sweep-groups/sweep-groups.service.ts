import { groupKeyOf, rpcTimeoutMs } from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import type { ObjectStore } from '@sluice/object-store';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';

const groupRowSchema = z.object({ group_key: z.string() });
const closedRowSchema = z.object({ group_key: z.string(), is_unread: z.boolean() });

/** From when a group may be done with until it is closed: no gateway waits for an accept as long. */
export const closingAfterMs = 2 * rpcTimeoutMs;
/** Who looked up the key of a kept object just before it was copied out has read it by then. By the database's clock. */
const readFor = '10 seconds';
const readForMs = 10_000;
/** Under one lock that accepts wait for, and that a group takes for some 0.05 ms. */
const keysAtOnce = 64;
/**
 * Of a group that no scan is known to have ended of: long enough to notice that the ledger is not the one that belongs to the
 * store, as after a restore in the wrong order. The rest of the hour is for removing it.
 */
const forgottenAfterMs = 30 * 60_000;
/** What ended before that is found in the store. */
const rememberedFor = '31 minutes';
/** Those beyond are found by the look through the store. */
const mostNoted = 100_000;

export interface SweepGroupsDeps {
  readonly database: Pick<Database, 'query'>;
  readonly store: Pick<ObjectStore, 'deleteGroup' | 'listGroups'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly onDeleted?: () => void;
  readonly nowMs?: () => number;
}

/**
 * Removes files of groups that nothing needs any more. Only this does.
 *
 * | step                                                       | a crash behind it                        |
 * |------------------------------------------------------------|------------------------------------------|
 * | noted: one of its objects is not needed any more           | remembered by its scans, or found in the store |
 * | closed, committed (close_groups.sql): no scan joins it now | the same; it is closed already           |
 * | readers' time is over, its file is removed                 | removed again, which is no error         |
 *
 * A group that is not done with is forgotten: whose end makes it so notes it again.
 */
export class SweepGroups {
  /** By group: when it is looked at, by this process's clock. */
  private readonly noted = new Map<string, number>();
  private readonly nowMs: () => number;

  constructor(private readonly deps: SweepGroupsDeps) {
    this.nowMs = deps.nowMs ?? (() => performance.now());
  }

  /** After the commit of whatever made the object dispensable. Of an object with a file of its own: nothing. */
  readonly note = (objectKey: string): void => {
    const group = groupKeyOf(objectKey);
    if (group !== null && !this.noted.has(group)) this.lookAt(group, closingAfterMs);
  };

  isAnyDue(): Promise<boolean> {
    return Promise.resolve(this.due(1).length > 0);
  }

  /** Notes groups of which scans ended lately: what an instance that is no more had noted. */
  async remember(): Promise<void> {
    const { rows } = await this.deps.database.query(
      `SELECT DISTINCT ledger.group_of(s.object_key) AS group_key FROM ledger.scans s
       WHERE s.finished_at > statement_timestamp() - $1::interval AND ledger.group_of(s.object_key) IS NOT NULL LIMIT $2`,
      [rememberedFor, mostNoted],
    );
    for (const { group_key: key } of readRows(groupRowSchema, rows))
      if (!this.noted.has(key)) this.lookAt(key, closingAfterMs);
  }

  /** Notes every group of this age: what was refused, or never asked for by a gateway that died. */
  async find(ageMs: number = forgottenAfterMs): Promise<void> {
    for await (const { key, modifiedAtMs } of this.deps.store.listGroups())
      if (Date.now() - modifiedAtMs >= ageMs && !this.noted.has(key)) this.lookAt(key, closingAfterMs);
  }

  /** Closes and removes what is due. True: there may be more. Rejects with DatabaseError. */
  async sweep(): Promise<boolean> {
    const keys = this.due(keysAtOnce);
    if (keys.length === 0) return false;
    // Before it is asked: what is noted from here on may be news.
    for (const key of keys) this.noted.delete(key);
    const closed = await this.close(keys);
    for (const { group_key: key } of closed.filter((row) => !row.is_unread)) this.lookAt(key, readForMs);
    const unread = closed.filter((row) => row.is_unread);
    for (const { group_key: key } of unread) await this.remove(key);
    return keys.length === keysAtOnce;
  }

  private async close(keys: readonly string[]): Promise<z.infer<typeof closedRowSchema>[]> {
    try {
      const { rows } = await this.deps.database.query(
        `SELECT group_key, closed_at < clock_timestamp() - $2::interval AS is_unread FROM ledger.close_groups($1)`,
        [keys, readFor],
      );
      return readRows(closedRowSchema, rows);
    } catch (error) {
      for (const key of keys) this.lookAt(key, closingAfterMs);
      throw error;
    }
  }

  private async remove(key: string): Promise<void> {
    try {
      await this.deps.store.deleteGroup(key);
      this.deps.onDeleted?.();
    } catch (err) {
      this.deps.logger.warn({ err }, 'group file not deleted, tried again');
      this.lookAt(key, closingAfterMs);
    }
  }

  private lookAt(group: string, afterMs: number): void {
    if (this.noted.size < mostNoted) this.noted.set(group, this.nowMs() + afterMs);
  }

  private due(most: number): string[] {
    const now = this.nowMs();
    const keys: string[] = [];
    for (const [key, atMs] of this.noted) {
      if (atMs <= now) keys.push(key);
      if (keys.length === most) break;
    }
    return keys;
  }
}
