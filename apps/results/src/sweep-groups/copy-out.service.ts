import { readRow, readRows, type Database } from '@sluice/database';
import type { ObjectStore } from '@sluice/object-store';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';
import { giveUpUnreadable } from './give-up-unreadable.js';

const keyRowSchema = z.object({ key: z.string() });
const sharedRowSchema = z.object({ key: z.string(), sha256: z.string().nullable() });
type SharedRow = z.infer<typeof sharedRowSchema>;
const nowRowSchema = z.object({ now: z.string() });
const isAnyDueRowSchema = z.object({ due: z.boolean() });

/** Copied, and given their keys, together. */
const mostAtOnce = 64;
/** Enough to keep the disk busy, few enough for pipelines that read and write it too. */
const inParallel = 4;
const againAfterMs = 60_000;
/** One that could not be read for less than this may be read soon. Of the hour that neighbours' bytes may stay. */
const triedForMs = 5 * 60_000;
/** It comes again long before that, unless it is gone. */
const forgottenAfterMs = 10 * 60_000;

interface Failure {
  readonly sinceMs: number;
  readonly againAtMs: number;
}

/** What other work asks for of files that objects share. */
export interface SharedFiles {
  /** Gives kept objects of these submissions files of their own, now. One that fails keeps its key. */
  ofSubmissions(submissionIds: readonly string[]): Promise<void>;
  /** Nothing has this object any more. After the commit. */
  note(objectKey: string): void;
}

export interface CopyOutDeps {
  readonly database: Database;
  readonly store: Pick<ObjectStore, 'copyOut' | 'create' | 'delete' | 'readWhole'>;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  /** Told of each old key that nothing has any more, after the commit. */
  readonly note: (objectKey: string) => void;
  readonly nowMs?: () => number;
}

/**
 * Gives kept objects that share a file one of their own, so that the file and its other objects can go.
 *
 * | step                                              | a crash behind it                                     |
 * |---------------------------------------------------|-------------------------------------------------------|
 * | the copy is written, flushed, named               | an orphan, swept; copied once more                    |
 * | its key is in every row, committed                | done: the group is found by the look through the store |
 */
export class CopyOut implements SharedFiles {
  /** Those that could not be copied, and when they are tried again: they hold up no other. */
  private readonly failed = new Map<string, Failure>();
  private readonly nowMs: () => number;

  constructor(private readonly deps: CopyOutDeps) {
    this.nowMs = deps.nowMs ?? (() => performance.now());
  }

  async isAnyDue(): Promise<boolean> {
    const { rows } = await this.deps.database.query(
      // In the order of the index of these few: asked for any of them, the planner would look through all that is kept.
      `SELECT (SELECT true FROM ledger.kept_objects WHERE length(object_key) > 32 AND object_key <> ALL ($1)
         ORDER BY object_key LIMIT 1) IS NOT NULL AS due`,
      [this.waiting()],
    );
    return readRow(isAnyDueRowSchema, rows)?.due === true;
  }

  /** One turn. True: there may be more. */
  async copy(): Promise<boolean> {
    const { rows } = await this.deps.database.query(
      `SELECT object_key AS key, sha256 FROM ledger.kept_objects
       WHERE length(object_key) > 32 AND object_key <> ALL ($1)
       ORDER BY object_key LIMIT $2`,
      [this.waiting(), mostAtOnce],
    );
    const found = readRows(sharedRowSchema, rows);
    await this.copyAll(found);
    const unreadable = found.map(({ key }) => key).filter((key) => this.isFailingForLong(key));
    if (unreadable.length > 0)
      for (const key of await giveUpUnreadable(this.deps, unreadable)) this.note(key);
    return found.length === mostAtOnce;
  }

  note(objectKey: string): void {
    this.deps.note(objectKey);
  }

  async ofSubmissions(submissionIds: readonly string[]): Promise<void> {
    const { rows } = await this.deps.database.query(
      `SELECT object_key AS key, sha256 FROM ledger.kept_objects WHERE submission_id = ANY ($1) AND length(object_key) > 32`,
      [submissionIds],
    );
    const found = readRows(sharedRowSchema, rows);
    for (let at = 0; at < found.length; at += mostAtOnce)
      await this.copyAll(found.slice(at, at + mostAtOnce));
  }

  private async copyAll(shared: readonly SharedRow[]): Promise<void> {
    if (shared.length === 0) return;
    const { database, store, logger } = this.deps;
    // By the database's clock and before the first byte: rekey_objects.sql takes no copy that may have been swept.
    const now = await database.query('SELECT clock_timestamp()::text AS now');
    const since = readRow(nowRowSchema, now.rows)?.now;
    const copies: { old: string; fresh: string }[] = [];
    const left = [...shared];
    const work = async (): Promise<void> => {
      for (let old = left.shift(); old !== undefined; old = left.shift()) {
        const fresh = await this.copyOne(old);
        if (fresh !== null) copies.push({ old: old.key, fresh });
      }
    };
    await Promise.all(Array.from({ length: inParallel }, work));
    const { rows } = await database
      .query('SELECT key FROM ledger.rekey_objects($1, $2, $3) AS key', [
        copies.map(({ old }) => old),
        copies.map(({ fresh }) => fresh),
        since,
      ])
      .catch((error: unknown) => {
        // It may have been done, so the copies stay, as orphans: not as many again with each turn, or they fill the disk.
        for (const { old } of copies) this.putOff(old);
        throw error;
      });
    const moved = new Set(readRows(keyRowSchema, rows).map(({ key }) => key));
    for (const { old, fresh } of copies)
      if (moved.has(old)) this.note(old);
      else
        await store
          .delete(fresh)
          .catch((err: unknown) => logger.warn({ err }, 'object not deleted, left to the orphan sweep'));
  }

  /** Null: not now. */
  private async copyOne({ key, sha256 }: SharedRow): Promise<string | null> {
    try {
      const fresh = await this.deps.store.copyOut(key, sha256);
      this.failed.delete(key);
      return fresh;
    } catch (err) {
      this.deps.logger.warn({ err }, 'kept object not copied out of its group, tried again in a minute');
      this.putOff(key);
      return null;
    }
  }

  private putOff(key: string): void {
    const nowMs = this.nowMs();
    const sinceMs = this.failed.get(key)?.sinceMs ?? nowMs;
    this.failed.set(key, { sinceMs, againAtMs: nowMs + againAfterMs });
  }

  private isFailingForLong(key: string): boolean {
    const failure = this.failed.get(key);
    return failure !== undefined && this.nowMs() - failure.sinceMs >= triedForMs;
  }

  private waiting(): string[] {
    const nowMs = this.nowMs();
    for (const [key, { againAtMs }] of this.failed)
      if (againAtMs + forgottenAfterMs <= nowMs) this.failed.delete(key);
    return [...this.failed].filter(([, { againAtMs }]) => againAtMs > nowMs).map(([key]) => key);
  }
}
