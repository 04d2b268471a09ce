import type { KeyObject } from 'node:crypto';
import { readRow, readRows, type Database } from '@sluice/database';
import { keyIdOf, ObjectStoreError, readSealingKey, sealKept, type ObjectStore } from '@sluice/object-store';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';

const isAnyDueRowSchema = z.object({ due: z.boolean() });
const lockedRowSchema = z.object({ object_key: z.string() });
const keyRowSchema = z.object({ key: z.string() });
const isBusyRowSchema = z.object({ key: z.string(), is_busy: z.boolean() });

/** Of one turn: its rows are then locked together, for as long as it takes to remove so many files. */
const mostAtOnce = 32;
/** Enough to keep the disk busy, few enough for pipelines that read and write it too. */
const inParallel = 2;
/** A turn begins no further object after this. */
const turnMs = 5000;
const againAfter = '10 minutes';
const busyFor = '10 seconds';

export interface SealObjectsDeps {
  readonly database: Database;
  readonly store: Pick<ObjectStore, 'read' | 'createSealed' | 'delete' | 'deleteSealed'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly publicKeyFile: string;
}

const dueRowSchema = z.object({
  object_key: z.string(),
  sealed_with: z.string().nullable(),
});

/**
 * Encrypts what is kept, after the verdict and outside of its way (`0028-sealed-quarantine.sql` has the states).
 *
 * | step                                          | a crash behind it                                        |
 * |-----------------------------------------------|----------------------------------------------------------|
 * | sealed form written, flushed, named           | sealed once more, over it                                |
 * | the row says so, committed                    | readers have it already, the plain form goes next time   |
 * | row locked, no scan: plain form removed       | removed again, which is no error                         |
 * | the row says that too                         |                                                          |
 *
 * What shares a file is copied out of it first (sweep-groups), and due from then on: a sealed form lies beside one object's.
 * It has the public key alone: what it wrote it cannot read.
 */
export class SealObjects {
  constructor(private readonly deps: SealObjectsDeps) {}

  async isAnyDue(): Promise<boolean> {
    const answer = await this.deps.database.query(
      // In the order of its index: asked for any, the planner looked through all that is kept, each second.
      `SELECT (SELECT true FROM ledger.kept_objects
         WHERE seal_at <= clock_timestamp() AND ledger.group_of(object_key) IS NULL
         ORDER BY seal_at LIMIT 1) IS NOT NULL AS due`,
    );
    return readRow(isAnyDueRowSchema, answer.rows)?.due === true;
  }

  /** One turn. True: there may be more. */
  async seal(): Promise<boolean> {
    const publicKey = await readSealingKey(this.deps.publicKeyFile);
    const answer = await this.deps.database.query(
      `SELECT object_key, sealed_with FROM ledger.kept_objects
       WHERE seal_at <= clock_timestamp() AND ledger.group_of(object_key) IS NULL
       ORDER BY seal_at, object_key LIMIT $1`,
      [mostAtOnce],
    );
    const rows = readRows(dueRowSchema, answer.rows);
    const plain = rows.filter((row) => row.sealed_with === null).map((row) => row.object_key);
    await this.note(await this.sealAll(plain, publicKey), publicKey);
    await this.removePlain(rows.map((row) => row.object_key));
    return rows.length === mostAtOnce;
  }

  /** Those that are sealed now. One that fails is left for later, and holds up no other. */
  private async sealAll(keys: readonly string[], publicKey: KeyObject): Promise<string[]> {
    const sealed: string[] = [];
    const failed: string[] = [];
    const endMs = Date.now() + turnMs;
    const waiting = [...keys];
    const work = async (): Promise<void> => {
      for (let key = waiting.shift(); key !== undefined && Date.now() < endMs; key = waiting.shift())
        ((await this.sealOne(key, publicKey)) ? sealed : failed).push(key);
    };
    await Promise.all(Array.from({ length: inParallel }, work));
    if (failed.length > 0)
      await this.deps.database.query(
        `UPDATE ledger.kept_objects SET seal_at = clock_timestamp() + $2::interval
         WHERE object_key = ANY ($1) AND sealed_with IS NULL`,
        [failed, againAfter],
      );
    return sealed;
  }

  private async sealOne(objectKey: string, publicKey: KeyObject): Promise<boolean> {
    try {
      await sealKept(this.deps.store, objectKey, publicKey);
      return true;
    } catch (err) {
      // Gone is nothing that anyone could mend: its row ends with its retention.
      const isGone = err instanceof ObjectStoreError && err.code === 'missing';
      if (!isGone) this.deps.logger.warn({ err }, 'kept object not encrypted, tried again in 10 minutes');
      return false;
    }
  }

  private async note(sealed: readonly string[], publicKey: KeyObject): Promise<void> {
    if (sealed.length === 0) return;
    const { database, store } = this.deps;
    await database.query(
      `UPDATE ledger.kept_objects SET sealed_with = $2, seal_at = clock_timestamp()
       WHERE object_key = ANY ($1) AND sealed_with IS NULL`,
      [sealed, keyIdOf(publicKey)],
    );
    const deletedAnswer = await database.query(
      `SELECT key FROM unnest($1::text[]) AS key
       WHERE NOT EXISTS (SELECT FROM ledger.kept_objects k WHERE k.object_key = key)`,
      [sealed],
    );
    const deleted = readRows(keyRowSchema, deletedAnswer.rows);
    for (const { key } of deleted) await store.deleteSealed(key);
  }

  /**
   * Locked first and looked at then, in a statement of its own: it sees the scan again that was committed until the lock,
   * and one that is about to begin waits for the lock and finds the object sealed.
   */
  private async removePlain(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.deps.database.transaction(async (query) => {
      const lockedAnswer = await query(
        `SELECT object_key FROM ledger.kept_objects
         WHERE object_key = ANY ($1) AND sealed_with IS NOT NULL AND seal_at <= clock_timestamp()
         ORDER BY object_key FOR UPDATE SKIP LOCKED`,
        [keys],
      );
      const locked = readRows(lockedRowSchema, lockedAnswer.rows);
      const answer = await query(
        `SELECT key, EXISTS (SELECT FROM ledger.scans s WHERE s.object_key = key AND s.state = 'processing') AS is_busy
         FROM unnest($1::text[]) AS key`,
        [locked.map((row) => row.object_key)],
      );
      const rows = readRows(isBusyRowSchema, answer.rows);
      const [busy, free] = [true, false].map((is) =>
        rows.filter((row) => row.is_busy === is).map((row) => row.key),
      );
      await Promise.all((free ?? []).map((key) => this.deps.store.delete(key)));
      await query(
        `UPDATE ledger.kept_objects
         SET seal_at = CASE WHEN object_key = ANY ($2) THEN clock_timestamp() + $3::interval END
         WHERE object_key = ANY ($1)`,
        [locked.map((row) => row.object_key), busy, busyFor],
      );
    });
  }
}
