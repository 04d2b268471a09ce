import type { Broker, ConsumeOptions, Consumer, Delivery, Disposition } from '@sluice/broker';
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
import { OneByOne } from './one-by-one.js';
import type { BeginAgainService } from './begin-again.service.js';
import type { Pause } from './pause.js';
import type { ScanJobService } from './scan-job.service.js';
import { ScanPace } from './scan-pace.js';
import type { Entry, ScanSlots } from './scan-slots.js';
import { WaitingMail } from './waiting-mail.js';

/** After a crash of the broker every message comes again: not each of them is worth a test of its own. */
const recentTestMs = 1000;

/** What is left in queues of another type is no hurry. */
const formerPrefetch = 1;

/**
 * A job is in hand until the broker has confirmed its verdict: on a busy system 23 to 30 ms, of which the scan of a small
 * object is 3. While scans are quick so many jobs more are taken, so that slots need not wait for confirms.
 */
const aheadJobs = 16;
/** One that was taken ahead and has no slot by then goes back: scans take long now, and it would be looked for as lost. */
const usualAheadWaitMs = 10_000;

/** Consumers open and shut no faster: whether mail waits changes with every scan. */
const governMs = 250;

export interface TakenQueues {
  readonly queueType: JobQueueType;
  /** Scans at once; `mail`: of mail alone, which uses the slots of `light` too. */
  readonly slots: Readonly<Record<JobQueueKind, number>>;
  readonly aheadWaitMs?: number;
}

/** A consumer, and whether it is to be open now. */
interface Governed {
  readonly consumer: Consumer;
  readonly mayTake: () => boolean;
}

export interface TakeJobsDeps {
  readonly broker: { consume(options: ConsumeOptions): Consumer } & Pick<Broker, 'queueDepth'>;
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
 * | job taken ahead, no slot for it in time       | requeue                                              |
 * | any, a fault of ours                          | requeue after a pause (consumer.ts)                  |
 * | job, an engine broke meanwhile, or the scanner stops before the verdict is out | requeue             |
 *
 * Consumes only while every engine is healthy and the settings are loaded. What is handed out is in no one else's hands,
 * so a scanner takes only what it has room for:
 *
 * | consumer of            | at once      | open while                                     |
 * |------------------------|--------------|------------------------------------------------|
 * | mail, its own slots    | slots.mail   | always                                         |
 * | mail, ordinary slots   | slots.light  | others leave one free, and no mail is alone    |
 * | light                  | slots.light  | no mail waits, here or for a scanner           |
 * | light, ahead of slots  | 16           | the same, and scans are quick (scan-pace.ts)   |
 * | heavy                  | slots.heavy  | always                                         |
 * | each of another type   | 1            | as its kind                                    |
 */
export class TakeJobsService {
  /** Of every queue, those too that the setting SCAN_QUEUE_TYPE no longer names: these empty, and need not exist. */
  private readonly governed: readonly Governed[];
  /** Mail that comes again does not wait for others that do. */
  private readonly again = { mail: new OneByOne(), others: new OneByOne() };
  private readonly pace = new ScanPace();
  private readonly waitingMail: WaitingMail;
  private governing: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(
    private readonly deps: TakeJobsDeps,
    { queueType, slots, aheadWaitMs = usualAheadWaitMs }: TakenQueues,
  ) {
    const kinds = jobQueueKinds.filter((kind) => slots[kind] > 0);
    const mail = jobQueue('mail', queueType);
    this.waitingMail = new WaitingMail({
      slots: deps.slots,
      countWaiting: async () => (await deps.broker.queueDepth(mail.name)).messages,
      onChange: () => deps.slots.keepForMail(this.waitingMail.isThere),
    });
    const isMailAway = () => !deps.slots.isMailWaiting && !this.waitingMail.isThere;
    const isOpenToMail = () => deps.slots.isOpenToMail;
    const mayTake = (kind: JobQueueKind) => (kind === 'light' ? isMailAway : always);
    this.governed = [
      ...kinds.map((kind) => this.govern(jobQueue(kind, queueType), slots[kind], mayTake(kind))),
      this.govern(mail, slots.light, isOpenToMail),
      this.govern(
        jobQueue('light', queueType),
        aheadJobs,
        () => isMailAway() && this.pace.isQuick,
        aheadWaitMs,
      ),
      ...formerJobQueues(queueType)
        .filter(({ routingKey }) => kinds.some((kind) => kind === routingKey))
        .map((queue) => this.govern(queue, null, mayTake(queue.routingKey as JobQueueKind))),
    ];
    deps.engines.onChange(() => this.open());
    deps.settings.onLoaded(() => this.open());
    deps.slots.onChange(() => this.followSlots());
    this.open();
  }

  /** A readiness check. */
  assertConsuming(): void {
    const problem = this.governed.map(({ consumer }) => consumer.problem).find((one) => one !== null);
    if (!this.mayConsume || problem !== undefined) throw new Error(problem ?? 'takes no jobs');
  }

  /** No new jobs; those in hand get until the deadline, then the broker gives them to somebody else. */
  async stop(deadlineMs: number): Promise<void> {
    this.isStopped = true;
    const timer = setTimeout(() => this.deps.pause.end(), deadlineMs);
    if (this.governing !== null) clearTimeout(this.governing);
    this.waitingMail.stop();
    await Promise.all(this.governed.map(({ consumer }) => consumer.stop(deadlineMs)));
    clearTimeout(timer);
    this.deps.pause.end();
  }

  private get mayConsume(): boolean {
    return this.deps.engines.isHealthy && this.deps.settings.isLoaded;
  }

  /** `slots` null: a queue of another type than the setting's. */
  private govern(
    queue: QueueDefinition,
    slots: number | null,
    mayTake: () => boolean,
    maxWaitMs?: number,
  ): Governed {
    const kind = queue.routingKey as JobQueueKind;
    const entry = { queue: kind, isAlone: false, ...(maxWaitMs !== undefined && { maxWaitMs }) };
    const consumer = this.deps.broker.consume({
      queue,
      prefetch: slots ?? formerPrefetch,
      isOptional: slots === null,
      isPaused: true,
      onMessage: (delivery) => this.handle(entry, delivery),
    });
    return { consumer, mayTake };
  }

  /** Opens or shuts the consumers, by the state of engines, settings and slots. */
  private open(): void {
    if (this.isStopped) return;
    for (const { consumer, mayTake } of this.governed)
      void (this.mayConsume && mayTake() ? consumer.resume() : consumer.pause());
  }

  /** Mail that waits for a slot gets the next one at once, and what would wait for one that is alone goes elsewhere. */
  private followSlots(): void {
    if (this.waitingMail.isThere || this.deps.slots.isMailAlone) this.open();
    else this.openSoon();
    this.waitingMail.follow();
  }

  private openSoon(): void {
    if (this.isStopped) return;
    this.governing ??= setTimeout(() => {
      this.governing = null;
      this.open();
    }, governMs);
  }

  private async handle(entry: Entry, delivery: Delivery): Promise<Disposition> {
    const kind = entry.queue;
    const message = jobQueueMessageSchema.safeParse(delivery.content);
    const { metrics, logger } = this.deps;
    if (!message.success) {
      logger.warn({ queue: kind }, 'unreadable message goes to the dead letters');
      metrics.messages.inc({ queue: kind, kind: 'unreadable' });
      return 'dead-letter';
    }
    metrics.messages.inc({ queue: kind, kind: message.data.kind });
    if (message.data.kind === 'marker') return this.forward(message.data);
    if (!delivery.redelivered) return this.scan(message.data, entry);
    return this.takeAgain(message.data, kind);
  }

  /** Markers wait for no slot: they measure the queue, not the scans. */
  private async forward(marker: Marker): Promise<Disposition> {
    return (await this.deps.verdicts.report(marker)) ? 'ack' : 'requeue';
  }

  /**
   * One after the other until it is clear whether it may run beside others: a begin is counted only when it is one, and
   * not while the one before, alone, may end the process.
   */
  private takeAgain(job: Job, queue: JobQueueKind): Promise<Disposition> {
    const line = queue === 'mail' ? this.again.mail : this.again.others;
    return line.run(async (release) => {
      const decision = await this.beginAgain(job);
      if (decision === null) return 'requeue';
      if (decision === 'drop') return 'ack';
      if (decision === 'go') release();
      return this.scan(job, { queue, isAlone: decision === 'go-alone' });
    });
  }

  private async scan(job: Job, entry: Entry): Promise<Disposition> {
    const verdict = await this.deps.slots.run(entry, (slot) => {
      const end = this.pace.begin();
      return this.deps.scans.scan(job, { queue: entry.queue, slot }).finally(end);
    });
    if (verdict === null) return 'requeue';
    return (await this.deps.verdicts.report(verdict)) ? 'ack' : 'requeue';
  }

  /** The count says how often this object may have brought a scanner down; a broken engine must not add to it. */
  private async beginAgain(job: Job): Promise<'go' | 'go-alone' | 'drop' | null> {
    if (!(await this.deps.engines.check({ maxAgeMs: recentTestMs }))) return null;
    return this.deps.begin.ask(job);
  }
}

const always = (): boolean => true;
