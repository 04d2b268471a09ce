import { createHash } from 'node:crypto';
import {
  defaultSettings,
  groupKeyOf,
  mailIdentity,
  mailScanName,
  mostKnownRecipients,
  type HoldAnswer,
  type HoldRequest,
} from '@sluice/contracts';
import { readRow, readRows, type Database, type Query } from '@sluice/database';
import { ObjectStoreError, type ObjectStore } from '@sluice/object-store';
import { z } from 'zod';
import type { SharedFiles } from '../sweep-groups/copy-out.service.js';

type Store = Pick<ObjectStore, 'read' | 'readSealed'>;

interface HoldMailDeps {
  readonly database: Database;
  readonly store: Store;
  readonly shared: SharedFiles;
  readonly count: (outcome: HoldAnswer['outcome']) => void;
}

const scannedRowSchema = z.object({ submission_id: z.string(), object_key: z.string() });
const roomRowSchema = z.object({ has_room: z.boolean().nullable() });
const keptSchema = z.object({
  object_key: z.string(),
  submission_id: z.string(),
  object_type: z.string().nullable(),
  sha256: z.string().nullable(),
  mail_from: z.string().nullable(),
  rcpt_to: z.array(z.string()),
  size_bytes: z.number(),
  hold: z.string().nullable(),
});
type Kept = z.infer<typeof keptSchema>;
const columns = 'object_key, submission_id, object_type, sha256, mail_from, rcpt_to, size_bytes, hold';

/** One number for one kind of work, as in locked-tasks; of another space, since requests wait for it. */
const lock = [0x51c4, 1] as const;

/**
 * Takes a mail over from its mail server, which drops its own copy when this says `held`. So it is said after the commit of
 * a row that neither retention nor eviction touches, of an object that is in the store and of an envelope that is known in
 * full. Anything else is a refusal, and the sender keeps its mail.
 */
export class HoldMail {
  constructor(private readonly deps: HoldMailDeps) {}

  async hold(request: HoldRequest): Promise<HoldAnswer> {
    const { database, shared } = this.deps;
    // What Sluice alone has lies in a file of its own; where it could not be copied there, the mail stays with its server.
    const scanned = await scanOf(database.query, request);
    if (scanned !== null && groupKeyOf(scanned.object_key) !== null)
      await shared.ofSubmissions([scanned.submission_id]);
    const answer = await database.transaction((query) => this.decide(query, request));
    this.deps.count(answer.outcome);
    return answer;
  }

  private async decide(query: Query, request: HoldRequest): Promise<HoldAnswer> {
    // One after the other: two must not fill the same room, nor hold the same mail twice.
    await query('SELECT pg_advisory_xact_lock($1, $2)', lock);
    const scanned = await scanOf(query, request);
    if (scanned === null) return { outcome: 'unknown' };
    const kept = await lockKept(query, scanned.object_key);
    if (kept === null || groupKeyOf(kept.object_key) !== null) return { outcome: 'not-kept' };
    const key = kept.object_key;
    if (!isNamedAfter(kept, request.scanId)) return { outcome: 'other-mail' };
    const held = await this.heldAlready(query, kept, request);
    // It may be the release itself, that came back through a listener that asks a sensor: whose copy would we be then?
    if (held !== null && (await isBeingReleased(query, held))) return { outcome: 'not-kept' };
    if (held !== null) return { outcome: 'held', held: held.submission_id };
    if (!(await isStored(this.deps.store, key))) return { outcome: 'not-kept' };
    if (!(await hasRoomFor(query, kept.size_bytes))) return { outcome: 'full' };
    await query(
      `UPDATE ledger.kept_objects SET hold = 'held', hold_at = clock_timestamp() WHERE object_key = $1`,
      [key],
    );
    return { outcome: 'held', held: kept.submission_id };
  }

  /** Its sender sent it again, since the answer was lost: one mail is held once. */
  private async heldAlready(query: Query, { sha256 }: Kept, request: HoldRequest): Promise<Kept | null> {
    const { rows } = await query(
      `SELECT ${columns} FROM ledger.kept_objects
       WHERE sha256 = $1 AND hold = 'held' AND registration_id = $2 ORDER BY object_key FOR UPDATE`,
      [sha256, request.registrationId],
    );
    const same = readRows(keptSchema, rows).find((one) => isNamedAfter(one, request.scanId));
    return same !== undefined && (await isStored(this.deps.store, same.object_key)) ? same : null;
  }
}

const releasingSchema = z.object({ is_releasing: z.boolean() });

async function isBeingReleased(query: Query, { submission_id }: Kept): Promise<boolean> {
  const { rows } = await query(
    `SELECT EXISTS (SELECT FROM ledger.releases WHERE submission_id = $1 AND state = 'waiting') AS is_releasing`,
    [submission_id],
  );
  return readRow(releasingSchema, rows)?.is_releasing === true;
}

type Scanned = z.infer<typeof scannedRowSchema>;

async function scanOf(query: Query, { registrationId, scanId }: HoldRequest): Promise<Scanned | null> {
  const { rows } = await query(
    `SELECT submission_id, object_key FROM ledger.scans WHERE registration_id = $1 AND scan_id = $2 AND is_shown
     ORDER BY seq DESC LIMIT 1`,
    [registrationId, scanId],
  );
  return readRow(scannedRowSchema, rows);
}

/** Locked: from here on it is not evicted, nor deleted by an operator. */
async function lockKept(query: Query, objectKey: string): Promise<Kept | null> {
  const { rows } = await query(
    `SELECT ${columns} FROM ledger.kept_objects WHERE object_key = $1 AND submission_id IS NOT NULL FOR UPDATE`,
    [objectKey],
  );
  return readRows(keptSchema, rows)[0] ?? null;
}

/** What is stored comes to the name that the sensor gave it: bytes, sender and each recipient are here. */
function isNamedAfter({ object_type, sha256, mail_from, rcpt_to }: Kept, scanId: string): boolean {
  const isKnownInFull = rcpt_to.length > 0 && rcpt_to.length < mostKnownRecipients;
  if (object_type !== 'email' || sha256 === null || !isKnownInFull) return false;
  const identity = mailIdentity(sha256, { mailFrom: mail_from ?? '', rcptTo: rcpt_to });
  return mailScanName(createHash('sha256').update(identity).digest('hex')) === scanId;
}

async function isStored(store: Store, objectKey: string): Promise<boolean> {
  for (const read of [() => store.readSealed(objectKey), () => store.read(objectKey)])
    try {
      (await read()).destroy();
      return true;
    } catch (error) {
      if (!(error instanceof ObjectStoreError) || error.code !== 'missing') throw error;
    }
  return false;
}

const defaults = JSON.stringify({ quarantineMaxBytes: defaultSettings.quarantineMaxBytes });

async function hasRoomFor(query: Query, sizeBytes: number): Promise<boolean> {
  const { rows } = await query(
    `SELECT coalesce(sum(size_bytes), 0) + $2::bigint <= (ledger.settings($1) -> 'quarantineMaxBytes')::bigint AS has_room
     FROM ledger.kept_objects WHERE hold = 'held'`,
    [defaults, sizeBytes],
  );
  return readRow(roomRowSchema, rows)?.has_room === true;
}
