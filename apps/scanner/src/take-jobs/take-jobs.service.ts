import type { ConsumeOptions, Consumer, Delivery, Disposition } from '@sluice/broker';
import {
  type Job,
  type JobQueueKind,
  type JobQueueType,
  type Marker,
  type QueueDefinition,
  formerJobQueues,
  jobQueue,
  jobQueueKinds,
  jobQueueMessageSchema,
} from '@sluice/contracts';
import type { Logger } from '@sluice/runtime';
import type { ReportVerdictService } from '../report-verdict/report-verdict.service.js';
import type { ScannerMetrics } from '../scanner-metrics.js';
import type { WatchEnginesService } from '../watch-engines/watch-engines.service.js';
import type { BeginAgainService } from './begin-again.service.js';
import type { Pause } from './pause.js';
import type { ScanJobService } from './scan-job.service.js';
import type { ScanSlots } from './scan-slots.js';

/** After a crash of the broker every message comes again: not each of them is worth a test of its own. */
const recentTestMs = 1000;

/** What is left in queues of another type is no hurry, and comes on top of the slots. */
const formerPrefetch = 1;

export interface TakenQueues {
  readonly queueType: JobQueueType;
  readonly slots: Readonly<Record<JobQueueKind, number>>;
}

export interface TakeJobsDependencies {
  readonly broker: { consume(options: ConsumeOptions): Consumer };
  readonly engines: Pick<WatchEnginesService, 'isHealthy' | 'check' | 'onChange'>;
  readonly settings: { readonly isLoaded: boolean; onLoaded(listener: () => void): void };
  readonly begin: Pick<BeginAgainService, 'ask'>;
  readonly scans: Pick<ScanJobService, 'scan'>;
  readonly verdicts: Pick<ReportVerdictService, 'report'>;
  readonly slots: ScanSlots;
  readonly pause: Pause;
  readonly metrics: ScannerMetrics;
  readonly logger: Logger;
}

/**
 * The edge to the job queues: decides what becomes of each message.
 *
 * | message                                       | becomes                                              |
 * |-----------------------------------------------|------------------------------------------------------|
 * | unreadable                                    | dead-letter                                          |
 * | marker                                        | published among the verdicts at once, then ack       |
 * | job, an engine is broken                      | requeue, uncounted: no begin was asked               |
 * | job, redelivered, `begin` says drop           | ack                                                  |
 * | job, scanned, its verdict is with the broker  | ack                                                  |
 * | job, an engine broke meanwhile, or the scanner stops before the verdict is out | requeue             |
 *
 * Consumes only while every engine is healthy and the settings are loaded.
 */
export class TakeJobsService {
  private readonly consumers: readonly Consumer[];
  /** Of queues that the setting SCAN_QUEUE_TYPE no longer names: they empty, and need not exist. */
  private readonly former: readonly Consumer[];
  private isStopped = false;

  constructor(
    private readonly with_: TakeJobsDependencies,
    { queueType, slots }: TakenQueues,
  ) {
    const kinds = jobQueueKinds.filter((kind) => slots[kind] > 0);
    this.consumers = kinds.map((kind) => this.consume(jobQueue(kind, queueType), kind, slots[kind]));
    this.former = formerJobQueues(queueType).flatMap((queue) =>
      kinds.filter((kind) => kind === queue.routingKey).map((kind) => this.consume(queue, kind, null)),
    );
    with_.engines.onChange(() => this.open());
    with_.settings.onLoaded(() => this.open());
    this.open();
  }

  /** A readiness check. */
  assertConsuming(): void {
    if (!this.consumers.every((consumer) => consumer.isActive)) throw new Error('takes no jobs');
  }

  /** No new jobs; those in hand get until the deadline, then the broker gives them to somebody else. */
  async stop(deadlineMs: number): Promise<void> {
    this.isStopped = true;
    const timer = setTimeout(() => this.with_.pause.end(), deadlineMs);
    await Promise.all(this.all.map((consumer) => consumer.stop(deadlineMs)));
    clearTimeout(timer);
    this.with_.pause.end();
  }

  private get all(): readonly Consumer[] {
    return [...this.consumers, ...this.former];
  }

  /** `slots` null: a queue of another type than the setting's. */
  private consume(queue: QueueDefinition, kind: JobQueueKind, slots: number | null): Consumer {
    return this.with_.broker.consume({
      queue,
      prefetch: slots ?? formerPrefetch,
      isOptional: slots === null,
      isPaused: true,
      onMessage: (delivery) => this.handle(kind, delivery),
    });
  }

  /** Opens or shuts the consumers, by the state of engines and settings. */
  private open(): void {
    if (this.isStopped) return;
    const mayConsume = this.with_.engines.isHealthy && this.with_.settings.isLoaded;
    for (const consumer of this.all) void (mayConsume ? consumer.resume() : consumer.pause());
  }

  private async handle(kind: JobQueueKind, delivery: Delivery): Promise<Disposition> {
    const message = jobQueueMessageSchema.safeParse(delivery.content);
    const { metrics, logger } = this.with_;
    if (!message.success) {
      logger.warn({ queue: kind }, 'unreadable message goes to the dead letters');
      metrics.messages.inc({ queue: kind, kind: 'unreadable' });
      return 'dead-letter';
    }
    metrics.messages.inc({ queue: kind, kind: message.data.kind });
    if (message.data.kind === 'marker') return this.forward(message.data);
    return this.take(message.data, { kind, isRedelivered: delivery.redelivered });
  }

  /** Markers wait for no slot: they measure the queue, not the scans. */
  private async forward(marker: Marker): Promise<Disposition> {
    return (await this.with_.verdicts.report(marker)) ? 'ack' : 'requeue';
  }

  private async take(
    job: Job,
    { kind, isRedelivered }: { kind: JobQueueKind; isRedelivered: boolean },
  ): Promise<Disposition> {
    const decision = isRedelivered ? await this.beginAgain(job) : 'go';
    if (decision === null) return 'requeue';
    if (decision === 'drop') return 'ack';
    const verdict = await this.with_.slots.run(decision === 'go-alone', () =>
      this.with_.scans.scan(job, kind),
    );
    if (verdict === null) return 'requeue';
    return (await this.with_.verdicts.report(verdict)) ? 'ack' : 'requeue';
  }

  /** The count says how often this object may have brought a scanner down; a broken engine must not add to it. */
  private async beginAgain(job: Job): Promise<'go' | 'go-alone' | 'drop' | null> {
    if (!(await this.with_.engines.check({ maxAgeMs: recentTestMs }))) return null;
    return this.with_.begin.ask(job);
  }
}
