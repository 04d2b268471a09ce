import { defaultSettings } from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import type { ObjectStore } from '@sluice/object-store';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';

const objectKeyRowSchema = z.object({ object_key: z.string() });
const keyRowSchema = z.object({ key: z.string() });

/** An upload that is accepted at all is accepted within seconds of its last byte. */
export const orphanAgeMs = 3600_000;
const maxObjects = 500;
const keysAtOnce = 500;
/** At most, in one sweep. */
const maxSidecars = 5000;

/** Ends what is kept, and finds what no one owns. Always the row first, then the object: a crash between leaves an orphan. */
export class KeepObjects {
  constructor(
    private readonly database: Database,
    private readonly store: ObjectStore,
    private readonly logger: Logger,
    /** Told of each object that nothing has any more: others may share its file. */
    private readonly onFreed: (objectKey: string) => void = () => undefined,
  ) {}

  /**
   * Removes kept objects past their time, then the oldest while quarantineMaxBytes is exceeded. What Sluice alone holds of a
   * mail stays, and takes its room first. True: there may be more.
   */
  async expire(): Promise<boolean> {
    const answer = await this.database.query(
      `WITH total AS (
         SELECT k.object_key, k.kept_until, k.held_until, k.hold, sum(k.size_bytes) OVER (
           ORDER BY k.hold IS NOT DISTINCT FROM 'held' DESC, k.kept_at DESC, k.object_key) AS newer_bytes
         FROM ledger.kept_objects k
       )
       SELECT t.object_key FROM total t
       WHERE (t.kept_until < clock_timestamp()
           OR t.newer_bytes > (SELECT (ledger.settings($1) -> 'quarantineMaxBytes')::bigint))
         AND (t.held_until IS NULL OR t.held_until < clock_timestamp())
         AND t.hold IS DISTINCT FROM 'held'
         AND NOT EXISTS (SELECT FROM ledger.scans s WHERE s.object_key = t.object_key AND s.state = 'processing')
       LIMIT $2`,
      [JSON.stringify({ quarantineMaxBytes: defaultSettings.quarantineMaxBytes }), maxObjects],
    );
    const due = readRows(objectKeyRowSchema, answer.rows).map((row) => row.object_key);
    if (due.length > 0) await this.remove(await this.letGo(due));
    return due.length === maxObjects;
  }

  /** An object that is being scanned again stays until that scan is over: no scan of it begins behind this lock. */
  private letGo(due: readonly string[]): Promise<string[]> {
    return this.database.transaction(async (query) => {
      await query(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE`);
      const answer = await query(
        `DELETE FROM ledger.kept_objects k WHERE k.object_key = ANY ($1)
           -- Asked once more: a release or a sensor may have held it meanwhile.
           AND (k.held_until IS NULL OR k.held_until < clock_timestamp()) AND k.hold IS DISTINCT FROM 'held'
           AND NOT EXISTS (SELECT FROM ledger.scans s WHERE s.object_key = k.object_key AND s.state = 'processing')
         RETURNING k.object_key`,
        [due],
      );
      return readRows(objectKeyRowSchema, answer.rows).map((row) => row.object_key);
    });
  }

  /** Removes objects older than an hour that no unfinished scan and no retention needs. Answers how many. */
  async sweepOrphans(ageMs: number = orphanAgeMs): Promise<number> {
    let removed = await this.store.removeLeftovers(ageMs);
    let keys: string[] = [];
    for await (const { key, modifiedAtMs } of this.store.list()) {
      if (Date.now() - modifiedAtMs < ageMs) continue;
      keys.push(key);
      if (keys.length < keysAtOnce) continue;
      removed += await this.removeOrphansAmong(keys);
      keys = [];
    }
    removed += await this.removeOrphansAmong(keys);
    removed += await this.sweepSealed(ageMs);
    removed += await this.sweepSidecars(ageMs);
    if (removed > 0) this.logger.info({ removed }, 'objects without a row removed');
    return removed;
  }

  /** A sealed form without its row: removed with the plain one, or of a seal that a crash cut short. */
  private async sweepSealed(ageMs: number): Promise<number> {
    let removed = 0;
    let keys: string[] = [];
    const sweep = async (): Promise<void> => {
      const answer = await this.database.query(
        `SELECT key FROM unnest($1::text[]) AS key
         WHERE NOT EXISTS (SELECT FROM ledger.kept_objects k WHERE k.object_key = key)`,
        [keys],
      );
      const rows = readRows(keyRowSchema, answer.rows);
      for (const { key } of rows) await this.removeOne(() => this.store.deleteSealed(key));
      removed += rows.length;
      keys = [];
    };
    for await (const { key, modifiedAtMs } of this.store.listSealed()) {
      if (Date.now() - modifiedAtMs < ageMs) continue;
      keys.push(key);
      if (keys.length >= keysAtOnce) await sweep();
    }
    if (keys.length > 0) await sweep();
    return removed;
  }

  /** Passwords are for one scan: a retention of the object keeps none. */
  private async sweepSidecars(ageMs: number): Promise<number> {
    const keys: string[] = [];
    for await (const { key, modifiedAtMs } of this.store.listSidecars())
      if (Date.now() - modifiedAtMs >= ageMs && keys.length < maxSidecars) keys.push(key);
    if (keys.length === 0) return 0;
    const answer = await this.database.query(
      `SELECT key FROM unnest($1::text[]) AS key
       WHERE NOT EXISTS (
         SELECT FROM ledger.scans s
         WHERE s.object_key = key AND s.state = 'processing' AND s.passwords_mark IS NOT NULL)`,
      [keys],
    );
    const rows = readRows(keyRowSchema, answer.rows);
    for (const { key } of rows)
      await this.store
        .deleteSidecar(key)
        .catch((err: unknown) => this.logger.warn({ err }, 'passwords not deleted, tried again'));
    return rows.length;
  }

  private async removeOrphansAmong(keys: readonly string[]): Promise<number> {
    if (keys.length === 0) return 0;
    const answer = await this.database.query(
      `SELECT key FROM unnest($1::text[]) AS key
       WHERE NOT EXISTS (SELECT FROM ledger.scans s WHERE s.object_key = key AND s.state = 'processing')
         AND NOT EXISTS (SELECT FROM ledger.kept_objects k WHERE k.object_key = key)`,
      [keys],
    );
    const rows = readRows(keyRowSchema, answer.rows);
    await this.remove(rows.map((row) => row.key));
    return rows.length;
  }

  private async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.onFreed(key);
      await this.removeOne(() => this.store.delete(key));
      await this.removeOne(() => this.store.deleteSealed(key));
    }
  }

  private async removeOne(remove: () => Promise<void>): Promise<void> {
    await remove().catch((err: unknown) =>
      this.logger.warn({ err }, 'object not deleted, left to the orphan sweep'),
    );
  }
}
