import type { Job, Marker } from './job.message.js';
import { exchanges, type JobQueueKind } from './topology.js';

/** How anything is put into a job queue. */
export interface JobPublication {
  readonly exchange: string;
  readonly routingKey: JobQueueKind;
  readonly priority: number;
  readonly message: Job | Marker;
  readonly persistent: false;
}

/**
 * Not persistent: the ledger has every scan that a job is a copy of, and its jobs are published again as soon as the
 * broker comes back without them. (Quorum queues write everything all the same.)
 */
export const jobPublication = (
  queue: JobQueueKind,
  priority: number,
  message: Job | Marker,
): JobPublication => ({
  exchange: exchanges.jobs.name,
  routingKey: queue,
  priority,
  message,
  persistent: false,
});
