import { createHash } from 'node:crypto';
import { readRows, type Database } from '@sluice/database';
import type { ObjectStore } from '@sluice/object-store';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';

/** Of the hour that neighbours' bytes may stay; the rest is for closing and removing. */
const givenUpAfter = '45 minutes';

const dueRowSchema = z.object({
  object_key: z.string(),
  size_bytes: z.number(),
  sha256: z.string().nullable(),
});
type DueRow = z.infer<typeof dueRowSchema>;
const lostRowSchema = z.object({ object_key: z.string(), submission_id: z.string() });

interface Needs {
  readonly database: Database;
  readonly store: Pick<ObjectStore, 'create' | 'delete' | 'readWhole'>;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
}

/**
 * Kept objects whose bytes cannot be read, or are not theirs, for so long that those of their neighbours have to go. They are no longer kept,
 * and it is said: a failed job each, and a line in the log. None while the store does not work at all: that comes back, and
 * with it what can be read. Mail that Sluice alone holds, and releases, never share a file, so none of them is among these.
 * Answers their keys.
 */
export async function giveUpUnreadable(
  { database, store, logger }: Needs,
  keys: readonly string[],
): Promise<string[]> {
  const old = await database.query(
    `SELECT object_key, size_bytes, sha256 FROM ledger.kept_objects
     WHERE object_key = ANY ($1) AND length(object_key) > 32 AND kept_at < clock_timestamp() - $2::interval`,
    [keys, givenUpAfter],
  );
  const due: string[] = [];
  for (const row of readRows(dueRowSchema, old.rows))
    if (!(await isReadable(store, row))) due.push(row.object_key);
  if (due.length === 0 || !(await isWorking(store, logger))) return [];
  const lost = await database.transaction(async (query) => {
    await query(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE`);
    const { rows } = await query(
      `WITH lost AS (
         DELETE FROM ledger.kept_objects WHERE object_key = ANY ($1) RETURNING object_key, submission_id
       ), told AS (
         INSERT INTO ledger.failed_jobs (kind, submission_id, reason, reason_text, failed_at)
         SELECT 'scan', submission_id, 'object-unreadable',
           'The stored object could not be read for 45 minutes. It is no longer kept; its verdict stands.', clock_timestamp()
         FROM lost ON CONFLICT (submission_id) WHERE kind = 'scan' DO NOTHING)
       SELECT object_key, submission_id FROM lost`,
      [due],
    );
    return readRows(lostRowSchema, rows);
  });
  for (const { submission_id: submissionId } of lost)
    logger.error({ submissionId }, 'kept object given up: its bytes cannot be read');
  return lost.map((row) => row.object_key);
}

/** Other bytes than its own are none of it. */
const isReadable = (
  store: Needs['store'],
  { object_key: key, size_bytes: sizeBytes, sha256 }: DueRow,
): Promise<boolean> =>
  store.readWhole(key, sizeBytes).then(
    (bytes) => sha256 === null || createHash('sha256').update(bytes).digest('hex') === sha256,
    () => false,
  );

const probe = Buffer.from('is it there');

/** An object goes in, comes out as it was, and goes. */
async function isWorking(store: Needs['store'], logger: Needs['logger']): Promise<boolean> {
  try {
    const writer = await store.create();
    try {
      await writer.write(probe);
      await writer.commit();
    } catch (error) {
      await writer.abort();
      throw error;
    }
    const read = await store.readWhole(writer.key, probe.length);
    await store.delete(writer.key);
    return read.equals(probe);
  } catch (err) {
    logger.warn({ err }, 'the object store does not work: unreadable objects are kept');
    return false;
  }
}
