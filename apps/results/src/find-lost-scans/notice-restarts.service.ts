import {
  exchanges,
  jobQueueKinds,
  prioritiesOf,
  restartQueue,
  type JobQueueType,
  type QueueDefinition,
} from '@sluice/contracts';
import type { Broker } from '@sluice/broker';
import { readRow, readRows, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';
import {
  publishJobs,
  unpublishedColumns,
  unpublishedScanSchema,
  type UnpublishedScan,
} from '../retry-scans/publish-jobs.js';
import { notePublished } from '../retry-scans/retry-scans.service.js';

const maxJobs = 300;
const stateRowSchema = z.object({ is_gone: z.boolean(), is_open: z.boolean() });
type State = z.infer<typeof stateRowSchema>;
const waitingPlaces = jobQueueKinds.flatMap((queue) =>
  prioritiesOf[queue].map((priority) => ({ queue, priority })),
);

export interface NoticeRestartsDeps {
  readonly database: Database;
  readonly broker: Pick<Broker, 'publish' | 'isConnected' | 'queueDepth'>;
  readonly queueType: JobQueueType;
  readonly logger: Logger;
}

/**
 * Jobs are not persistent. Beside them, in a queue of the same kind, stands one message that is as lasting as they are: the
 * restart marker. When it is gone, the broker has restarted, or lost its data, and every unfinished scan whose job was
 * published until the marker stood again is published again, mail first.
 *
 * | it ends after                         | what the next turn finds                                                |
 * |---------------------------------------|-------------------------------------------------------------------------|
 * | the loss is noted (`infinity`)        | not put back: puts it back, whoever stands there now                    |
 * | the marker is put back                | the same; the second one takes the place of the first                   |
 * | the time is noted                     | scans published before that time: goes on                               |
 * | some are published, not noted so      | the same ones: doubled jobs, the ledger lets one verdict win            |
 *
 * The time is taken after the marker stands. A restart before that moment lost only jobs published before it; one after it
 * takes the marker as well. A job that a gateway publishes in between, to the broker that is back, is there twice.
 * In a cluster of classic queues the marker's node may live on while that of the jobs restarts: then they are lost work,
 * which FindLostScans finds.
 */
export class NoticeRestarts {
  private readonly queue: QueueDefinition;

  constructor(private readonly deps: NoticeRestartsDeps) {
    this.queue = restartQueue(deps.queueType);
  }

  /** One look without a lock: mostly the marker stands where it was put. Rejects when the broker does not say. */
  async isAnyLost(): Promise<boolean> {
    if (!this.deps.broker.isConnected) return false;
    const state = await this.state();
    return state === null || state.is_open || !(await this.stands());
  }

  /** Publishes some of what was lost; true when there may be more. One instance at a time. */
  async publishAgain(): Promise<boolean> {
    const { broker, logger } = this.deps;
    if (!broker.isConnected) return false;
    const state = await this.state();
    if (state === null) {
      await this.begin();
      return false;
    }
    if (state.is_gone || !(await this.stands())) {
      logger.warn(
        { queue: this.queue.name },
        'the broker restarted without its jobs: all are published again',
      );
      await this.putBack();
    } else if (!state.is_open) return false;
    return this.publishSome();
  }

  private async stands(): Promise<boolean> {
    return (await this.deps.broker.queueDepth(this.queue.name)).messages > 0;
  }

  private async state(): Promise<State | null> {
    const { rows } = await this.deps.database.query(
      `SELECT coalesce(lost_before = 'infinity', false) AS is_gone, lost_before IS NOT NULL AS is_open
       FROM ledger.restart_markers WHERE queue = $1`,
      [this.queue.name],
    );
    return readRow(stateRowSchema, rows) ?? null;
  }

  /** The first time ever: what waits in this kind of queues was put there, persistent, by the release before, or is nothing. */
  private async begin(): Promise<void> {
    await this.putMarker();
    await this.deps.database.query(
      'INSERT INTO ledger.restart_markers (queue) VALUES ($1) ON CONFLICT DO NOTHING',
      [this.queue.name],
    );
  }

  private async putBack(): Promise<void> {
    await this.note(`'infinity'`);
    await this.putMarker();
    await this.note('clock_timestamp()');
  }

  private async note(lostBefore: `'infinity'` | 'clock_timestamp()' | 'NULL'): Promise<void> {
    await this.deps.database.query(
      `UPDATE ledger.restart_markers SET lost_before = ${lostBefore} WHERE queue = $1`,
      [this.queue.name],
    );
  }

  /** As lasting as a job, see jobPublication. */
  private putMarker(): Promise<void> {
    return this.deps.broker.publish({
      exchange: exchanges.rpc.name,
      routingKey: this.queue.routingKey,
      message: { kind: 'restart-marker' },
      persistent: false,
    });
  }

  private async publishSome(): Promise<boolean> {
    const { database, broker, logger } = this.deps;
    const lost = await this.lostScans();
    const published = await publishJobs(broker, lost, logger);
    if (published.length > 0) await notePublished(database, published);
    const areAll = lost.length < maxJobs && published.length === lost.length;
    if (areAll) await this.note('NULL');
    logger.info({ count: published.length, areAll }, 'jobs published again after a restart of the broker');
    return !areAll && published.length > 0;
  }

  /** From one end of the index of each queue and priority, so that a step costs the same however many wait. */
  private async lostScans(): Promise<UnpublishedScan[]> {
    const { rows } = await this.deps.database.query(
      `SELECT one.* FROM ledger.restart_markers m
       CROSS JOIN unnest($2::text[], $3::smallint[]) AS place (queue, priority)
       CROSS JOIN LATERAL (
         SELECT ${unpublishedColumns}, s.published_at FROM ledger.scans s
         WHERE s.state = 'processing' AND s.queue = place.queue AND s.priority = place.priority
           AND s.published_at < m.lost_before AND s.not_before IS NULL
         ORDER BY s.published_at LIMIT $4) one
       WHERE m.queue = $1 ORDER BY one.priority DESC, one.published_at LIMIT $4`,
      [
        this.queue.name,
        waitingPlaces.map(({ queue }) => queue),
        waitingPlaces.map(({ priority }) => priority),
        maxJobs,
      ],
    );
    return readRows(unpublishedScanSchema, rows);
  }
}
