import { randomUUID } from 'node:crypto';
import type { QueueDefinition } from '@sluice/contracts';
import { pollUntil, within } from '@sluice/timing';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { Acknowledgements } from './acknowledgements.js';
import { toDelivery, type Delivery } from './delivery.js';
import { ManagedChannel } from './managed-channel.js';
import type { ChannelOwner } from './channel-owner.js';
import { SenderCheck } from './sender-check.js';

const closeTimeoutMs = 2000;
/** What a handler failed on is as likely to fail it again. */
const failedPauseMs = 5000;

/**
 * What becomes of a message, decided in one place: `ack` done; `dead-letter` unreadable, shown to operators;
 * `requeue` only to hand work back uncounted while an engine is down: requeued messages overtake every priority on
 * quorum queues and are not counted there, so nothing is requeued for a retry. What a handler fails on goes back as well,
 * after a pause: that is a bug, and its place would be lost otherwise.
 */
export type Disposition = 'ack' | 'dead-letter' | 'requeue';

export interface ConsumeOptions {
  readonly queue: QueueDefinition;
  /** Most messages in hand at once. */
  readonly prefetch: number;
  /** A rejection is a bug: it is logged and the message goes back after a pause. */
  readonly onMessage: (delivery: Delivery) => Promise<Disposition>;
  /** Start without consuming; `resume` begins. */
  readonly isPaused?: boolean;
  /** The queue need not exist: looked for again and again without a word, and no part of readiness. */
  readonly isOptional?: boolean;
}

interface Open {
  readonly channel: ConfirmChannel;
  readonly acknowledgements: Acknowledgements;
}

/**
 * A subscription with manual acknowledgement that survives reconnects, server-sent cancels and a queue declared anew.
 * What doesn't come from one of the queue's senders is dropped unseen: as a dead letter it could end somebody's scan.
 */
export class Consumer {
  private readonly managed: ManagedChannel;
  private readonly check: SenderCheck;
  /** As the broker knows us: each with the room it was given, `granted` in all. */
  private readonly tags = new Set<string>();
  private granted = 0;
  private isPaused: boolean;
  private isStopped = false;
  private changing: Promise<void> = Promise.resolve();
  private readonly inFlight = new Set<ConsumeMessage>();
  /** Not worked on any more, and not given back yet. */
  private readonly failed = new Set<ConsumeMessage>();
  /**
   * Of those in flight: handed out before a pause. A broker counts what is in hand for each consumer tag, and gives a new one
   * all of its room; so the room of these is asked for when they are settled.
   */
  private readonly owed = new Set<ConsumeMessage>();
  /** Of the channel that is open now. */
  private acknowledgements: Acknowledgements | null = null;

  constructor(
    private readonly options: ConsumeOptions,
    private readonly owner: ChannelOwner,
  ) {
    const { queue, isPaused = false, isOptional = false } = options;
    this.isPaused = isPaused;
    this.check = new SenderCheck(queue.name, queue.senders, owner);
    this.managed = new ManagedChannel({
      name: `consume ${queue.name}`,
      isConfirm: false,
      isQuiet: isOptional,
      setup: (channel) => this.setup(channel),
      // Resumed between the look at that and now.
      onOpen: () => void this.follow(),
      // The broker gives what was in flight to somebody else.
      onLost: () => this.lose(),
      logger: owner.logger,
    });
  }

  /** Are messages coming? "Ready" means this. */
  get isActive(): boolean {
    return this.managed.current !== null && this.tags.size > 0;
  }

  get channel(): ManagedChannel {
    return this.managed;
  }

  /** Why no messages come though they should; null while they do, or need not. */
  get problem(): string | null {
    const { isOptional = false, queue } = this.options;
    // All that it may have in hand may be owed.
    const isFull = this.managed.current !== null && this.owed.size > 0;
    if (isOptional || this.isPaused || this.isActive || isFull) return null;
    return `not consuming ${queue.name}${this.managed.problem === null ? '' : `: ${this.managed.problem}`}`;
  }

  /** Messages being worked on. */
  get busy(): number {
    return this.inFlight.size;
  }

  /** No new messages; those in flight stay so. */
  pause(): Promise<void> {
    this.isPaused = true;
    return this.follow();
  }

  resume(): Promise<void> {
    this.isPaused = false;
    return this.follow();
  }

  /** Pauses, waits until nothing is in flight or the deadline is over, and closes; the rest goes back to the queue. */
  async stop(deadlineMs: number): Promise<void> {
    // A frozen broker does not answer.
    await within(Math.min(deadlineMs, closeTimeoutMs), this.pause());
    await pollUntil(() => this.busy === 0, { timeoutMs: deadlineMs });
    this.acknowledgements?.flush();
    this.isStopped = true;
    await within(closeTimeoutMs, this.managed.close());
  }

  /** One change after the other: two that meet at the broker would leave a second consumer behind. */
  private follow(): Promise<void> {
    this.changing = this.changing.then(() => this.apply());
    return this.changing;
  }

  private async apply(): Promise<void> {
    const channel = this.managed.current;
    if (channel === null) return; // the next channel consumes by itself
    if (this.isPaused) return this.cancelAll(channel);
    try {
      await this.consume(channel);
    } catch (err) {
      this.owner.logger.warn({ err, queue: this.name }, 'consuming not resumed, opening another channel');
      await this.managed.reopen(channel);
    }
  }

  private get name(): string {
    return this.options.queue.name;
  }

  private lose(): void {
    this.forgetTags();
    this.acknowledgements = null;
    this.inFlight.clear();
    this.failed.clear();
    this.owed.clear();
  }

  private forgetTags(): void {
    this.tags.clear();
    this.granted = 0;
  }

  private async setup(channel: ConfirmChannel): Promise<void> {
    // A channel that failed while it was set up was never open, and so never lost.
    this.lose();
    this.acknowledgements = new Acknowledgements(channel);
    if (!this.isPaused) await this.consume(channel);
  }

  private async cancelAll(channel: ConfirmChannel): Promise<void> {
    const tags = [...this.tags];
    this.forgetTags();
    for (const message of [...this.inFlight, ...this.failed]) this.owed.add(message);
    // Gone already is as good.
    await Promise.all(tags.map((tag) => channel.cancel(tag).catch(() => undefined)));
  }

  /** Asks for as much as may be in hand besides what is owed and what was asked for already. */
  private async consume(channel: ConfirmChannel): Promise<void> {
    const room = this.options.prefetch - this.granted - this.owed.size;
    if (room <= 0) return;
    // Of this channel: on another the same number means another message.
    const acknowledgements = this.acknowledgements ?? new Acknowledgements(channel);
    const consumerTag = randomUUID();
    // Messages may come before the broker's answer is read.
    this.tags.add(consumerTag);
    this.granted += room;
    await channel.prefetch(room);
    await channel.consume(
      this.name,
      (message) => {
        if (message === null) this.cancelledByBroker(channel);
        else void this.handle({ channel, acknowledgements }, message);
      },
      { consumerTag },
    );
    // Paused while the broker was answering: take it back.
    if (this.isPaused) await this.cancelAll(channel);
  }

  /** The queue was deleted or its node failed over. A new channel tries again, with back-off. */
  private cancelledByBroker(channel: ConfirmChannel): void {
    if (!this.managed.has(channel)) return;
    this.forgetTags();
    this.owner.logger.warn({ queue: this.name }, 'consumer cancelled by the broker');
    this.owner.onQueueMissing();
    void this.managed.reopen(channel);
  }

  private async handle({ channel, acknowledgements }: Open, message: ConsumeMessage): Promise<void> {
    // On a channel that was on its way when we stopped: it goes back when that is closed.
    if (this.isStopped) return;
    acknowledgements.delivered(message);
    if (!this.check.isGenuine(message)) {
      acknowledgements.settle(message, 'ack');
      return;
    }
    this.inFlight.add(message);
    // It was on its way when we paused.
    if (!this.tags.has(message.fields.consumerTag)) this.owed.add(message);
    const settle = (disposition: Disposition): void => {
      acknowledgements.settle(message, disposition);
      this.failed.delete(message);
      if (this.owed.delete(message) && !this.isPaused) void this.follow();
    };
    try {
      const { login } = this.owner;
      settle(await this.options.onMessage(toDelivery(message, { channel, login })));
    } catch (err) {
      this.owner.logger.error({ err, queue: this.name }, 'message handler failed');
      // The broker would count it as in hand for as long as the channel lasts.
      if (this.inFlight.has(message)) this.failed.add(message);
      setTimeout(() => settle('requeue'), failedPauseMs).unref();
    } finally {
      this.inFlight.delete(message);
    }
  }
}
