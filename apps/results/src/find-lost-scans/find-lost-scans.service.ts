import { randomUUID } from 'node:crypto';
import {
  defaultSettings,
  jobPublication,
  jobQueueKinds,
  jobVersion,
  prioritiesOf,
  type JobQueueKind,
  type Marker,
} from '@sluice/contracts';
import type { Broker } from '@sluice/broker';
import { readRow, readRows, WriteTogether, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';
import {
  publishJobs,
  unpublishedColumns,
  unpublishedScanSchema,
  type UnpublishedScan,
} from '../retry-scans/publish-jobs.js';
import { notePublished } from '../retry-scans/retry-scans.service.js';

export const markerIntervalMs = 15_000;
/** From acceptance to the job being in its queue: the answer's way to the gateway and its publish. */
const publishingMarginSeconds = 6;
/** What a scanner may need beyond its scan: fetching, publishing the verdict. */
const scanMarginSeconds = 5;
/** So many unanswered: a backlog or no scanner; then one every few minutes is enough to notice the end of it. */
const maxUnanswered = 20;
const slowIntervalSeconds = 300;
const maxJobs = 300;

type SentMarker = Marker & { readonly queue: JobQueueKind };

const markerRowSchema = z.object({ marker_id: z.string() });
const isAnyRowSchema = z.object({ is_any: z.boolean() });

/**
 * Step 7 of the design. A marker goes through a job queue and straight back. By the database's clock alone:
 *
 * | seen                                                                          | means                              |
 * |-------------------------------------------------------------------------------|------------------------------------|
 * | marker 1, issued after the job was published, is back (at r1)                 | the job was delivered before r1    |
 * | nothing more until r1 + L                                                     | it was scanned, or handed back     |
 * | marker 2, issued after r1 + L, is back, and the scan is still unfinished      | the job is in no queue: lost       |
 * | no marker back                                                                | a backlog or no scanner: wait      |
 *
 * L = longest scan + three heartbeats + a margin. Lost jobs are published again, mail first. While no scan is unfinished
 * none can be lost, and no markers are sent.
 */
export class FindLostScans {
  private readonly returned: WriteTogether<string, void>;

  constructor(
    private readonly database: Database,
    private readonly broker: Pick<Broker, 'publish' | 'isConnected'>,
    private readonly heartbeatSeconds: number,
    private readonly logger: Logger,
  ) {
    this.returned = new WriteTogether<string, void>(async (markerIds) => {
      await database.query(
        `UPDATE ledger.markers SET returned_at = clock_timestamp()
         WHERE marker_id::text = ANY ($1) AND returned_at IS NULL`,
        [markerIds],
      );
      return () => undefined;
    });
  }

  async isAnyUnfinished(): Promise<boolean> {
    const { rows } = await this.database.query(
      `SELECT EXISTS (SELECT FROM ledger.scans WHERE state = 'processing') AS is_any`,
    );
    return readRow(isAnyRowSchema, rows)?.is_any === true;
  }

  /** One marker into each queue at each of its priorities, but for those of which many are unanswered. */
  async sendMarkers(): Promise<void> {
    if (!this.broker.isConnected) return;
    const markers = jobQueueKinds.flatMap((queue) =>
      prioritiesOf[queue].map((priority): SentMarker => ({
        kind: 'marker',
        v: jobVersion,
        markerId: randomUUID(),
        queue,
        priority,
      })),
    );
    // The rows first, by the clock before the publish: a marker that comes back is always known.
    const noted = new Set(await this.noteSent(markers));
    await Promise.all(markers.filter((one) => noted.has(one.markerId)).map((one) => this.publish(one)));
  }

  /** Those that come back at the same time are noted together. */
  noteReturned(markerId: string): Promise<void> {
    return this.returned.write(markerId);
  }

  /** Publishes some of the lost jobs; true when there may be more. */
  async publishLost(): Promise<boolean> {
    if (!this.broker.isConnected) return false;
    const lost = await this.lostScans();
    const published = await publishJobs(this.broker, lost, this.logger);
    for (const { submission_id: submissionId } of published)
      this.logger.warn({ submissionId }, 'job was lost by the broker, published again');
    if (published.length > 0) await notePublished(this.database, published);
    return lost.length === maxJobs && published.length > 0;
  }

  private async lostScans(): Promise<UnpublishedScan[]> {
    const { rows } = await this.database.query(
      `WITH longest AS MATERIALIZED (
         SELECT make_interval(secs => (ledger.settings($1) -> 'scanTimeoutSeconds')::integer + $2) AS l
       ), passed AS (
         SELECT one.queue, one.priority, max(one.issued_at) AS issued_at
         FROM ledger.markers one, longest
         WHERE one.returned_at IS NOT NULL AND EXISTS (
           SELECT FROM ledger.markers two
           WHERE two.queue = one.queue AND two.priority = one.priority AND two.returned_at IS NOT NULL
             AND two.issued_at > one.returned_at + longest.l)
         GROUP BY one.queue, one.priority
       )
       SELECT ${unpublishedColumns} FROM passed p JOIN ledger.scans s
         ON s.state = 'processing' AND s.queue = p.queue AND s.priority = p.priority
         AND s.published_at < p.issued_at - make_interval(secs => $3)
       WHERE s.not_before IS NULL ORDER BY s.priority DESC, s.published_at LIMIT $4`,
      [
        JSON.stringify({ scanTimeoutSeconds: defaultSettings.scanTimeoutSeconds }),
        3 * this.heartbeatSeconds + scanMarginSeconds,
        publishingMarginSeconds,
        maxJobs,
      ],
    );
    return readRows(unpublishedScanSchema, rows);
  }

  /** The ids of those that may be sent. */
  private async noteSent(markers: readonly SentMarker[]): Promise<string[]> {
    const { rows } = await this.database.query(
      `INSERT INTO ledger.markers (marker_id, queue, priority, issued_at)
       SELECT one.marker_id, one.queue, one.priority, clock_timestamp()
       FROM unnest($1::uuid[], $2::text[], $3::smallint[]) AS one (marker_id, queue, priority) WHERE (
         SELECT count(*) < $4 OR max(issued_at) < clock_timestamp() - make_interval(secs => $5)
         FROM ledger.markers m WHERE m.queue = one.queue AND m.priority = one.priority AND m.issued_at > coalesce(
           (SELECT max(b.issued_at) FROM ledger.markers b
            WHERE b.queue = one.queue AND b.priority = one.priority AND b.returned_at IS NOT NULL), '-infinity'))
       RETURNING marker_id`,
      [
        markers.map(({ markerId }) => markerId),
        markers.map(({ queue }) => queue),
        markers.map(({ priority }) => priority),
        maxUnanswered,
        slowIntervalSeconds,
      ],
    );
    return readRows(markerRowSchema, rows).map((row) => row.marker_id);
  }

  private async publish(marker: SentMarker): Promise<void> {
    const { markerId, queue, priority } = marker;
    try {
      await this.broker.publish(jobPublication(queue, priority, marker));
    } catch (err) {
      this.logger.debug({ err, queue, priority }, 'marker not published');
      await this.database.query('DELETE FROM ledger.markers WHERE marker_id = $1', [markerId]);
    }
  }
}
