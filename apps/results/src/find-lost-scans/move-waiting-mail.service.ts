import { setTimeout } from 'node:timers/promises';
import {
  defaultSettings,
  jobPublication,
  jobQueue,
  jobQueueKinds,
  jobQueueMessageSchema,
  type JobQueueType,
} from '@sluice/contracts';
import type { Broker, ConsumeOptions, Consumer, Delivery, Disposition } from '@sluice/broker';
import { readRows, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { PeriodicWork } from '@sluice/timing';
import { z } from 'zod';

const queueRowSchema = z.object({ queue: z.enum(jobQueueKinds), priority: z.int() });

const lookEveryMs = 5000;
const atOnce = 16;
/** Before a job goes back that could not be moved: the database or the broker is away. */
const retryMs = 1000;

export interface MoveMailDeps {
  readonly broker: Pick<Broker, 'publish' | 'isConnected' | 'queueDepth'> & {
    consume(options: ConsumeOptions): Pick<Consumer, 'isActive' | 'pause' | 'resume' | 'stop'>;
  };
  readonly database: Pick<Database, 'query'>;
  readonly queueType: JobQueueType;
  readonly logger: Logger;
}

/**
 * Mail must not wait in a queue from which no one takes: after gateways were upgraded before the scanners, or scanners
 * went back to a release that does not know the queue of mail.
 *
 * | scanners take from           | mail in its queue                                              |
 * |------------------------------|----------------------------------------------------------------|
 * | the queue of mail            | theirs                                                         |
 * | the ordinary queue alone     | taken by one instance of `results` and put into an ordinary one |
 * | none                         | waits, as everything does                                      |
 *
 * Another instance that moves counts as somebody who takes: two that begin at once both stop at their next look.
 */
export class MoveWaitingMail {
  private readonly consumer: Pick<Consumer, 'isActive' | 'pause' | 'resume' | 'stop'>;
  private readonly periodic: PeriodicWork;

  constructor(private readonly parts: MoveMailDeps) {
    this.consumer = parts.broker.consume({
      queue: jobQueue('mail', parts.queueType),
      prefetch: atOnce,
      isPaused: true,
      isOptional: true,
      onMessage: (delivery) => this.move(delivery),
    });
    this.periodic = new PeriodicWork({
      run: () => this.look(),
      intervalMs: lookEveryMs,
      spread: 0.3,
      onFailure: (err) => parts.logger.debug({ err }, 'consumers of the queue of mail not counted'),
    });
  }

  start(): void {
    this.periodic.start(lookEveryMs);
  }

  async stop(deadlineMs: number): Promise<void> {
    await this.periodic.stop();
    await this.consumer.stop(deadlineMs);
  }

  /** Begins or ends to move, by who takes from which queue. Rejects when the broker does not say. */
  async look(): Promise<void> {
    const { broker, queueType, logger } = this.parts;
    if (!broker.isConnected) return;
    const [mail, ordinary] = await Promise.all([
      broker.queueDepth(jobQueue('mail', queueType).name),
      broker.queueDepth(jobQueue('light', queueType).name),
    ]);
    const isMoving = this.consumer.isActive;
    const takers = mail.consumers - (isMoving ? 1 : 0);
    const isNeeded = takers === 0 && ordinary.consumers > 0;
    if (isNeeded && !isMoving)
      logger.warn({}, 'no scanner takes from the queue of mail: its jobs are put into the ordinary ones');
    await (isNeeded ? this.consumer.resume() : this.consumer.pause());
  }

  /** A job is in its new queue, with confirmation, before it leaves the old one; a marker has nothing to find out here. */
  private async move({ content }: Delivery): Promise<Disposition> {
    const parsed = jobQueueMessageSchema.safeParse(content);
    if (!parsed.success) return 'dead-letter';
    if (parsed.data.kind === 'marker') return 'ack';
    const { broker, database, logger } = this.parts;
    const { heavyObjectBytes } = defaultSettings;
    const { submissionId } = parsed.data;
    try {
      const answer = await database.query(
        `UPDATE ledger.scans SET queue = ledger.job_queue(false, size_bytes, ledger.settings($2))
         WHERE submission_id = $1 AND state = 'processing' RETURNING queue, priority`,
        [submissionId, JSON.stringify({ heavyObjectBytes })],
      );
      const rows = readRows(queueRowSchema, answer.rows);
      const [row] = rows;
      if (row === undefined) return 'ack'; // it has its verdict
      await broker.publish(jobPublication(row.queue, row.priority, parsed.data));
      return 'ack';
    } catch (err) {
      logger.warn({ err, submissionId }, 'mail not put into an ordinary queue, tried again');
      await setTimeout(retryMs);
      return 'requeue';
    }
  }
}
