import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { BrokerLogger } from './broker.js';
import { ManagedChannel } from './managed-channel.js';
import { within } from './within.js';

const closeTimeoutMs = 2000;

export interface Delivery {
  /** The parsed JSON; undefined when it is none. */
  readonly content: unknown;
  readonly raw: Buffer;
  /** True on every message after a crash of the broker: a hint, never a count. */
  readonly redelivered: boolean;
  readonly priority: number;
}

/**
 * What becomes of a message, decided in one place: `ack` done; `dead-letter` unreadable, shown to operators;
 * `requeue` only to hand work back uncounted while an engine is down: requeued messages overtake every priority on
 * quorum queues and are not counted there, so nothing is requeued for a retry.
 */
export type Disposition = 'ack' | 'dead-letter' | 'requeue';

export interface ConsumeOptions {
  readonly queue: string;
  /** Most messages in hand at once. */
  readonly prefetch: number;
  /** A rejection is a bug: it is logged and the message goes back when the channel closes. */
  readonly onMessage: (delivery: Delivery) => Promise<Disposition>;
  /** Start without consuming; `resume` begins. */
  readonly isPaused?: boolean;
}

/** A subscription with manual acknowledgement that survives reconnects, server-sent cancels and a queue declared anew. */
export class Consumer {
  private readonly managed: ManagedChannel;
  private consumerTag: string | null = null;
  private isPaused: boolean;
  private inHand = 0;

  constructor(
    private readonly options: ConsumeOptions,
    private readonly logger: BrokerLogger,
  ) {
    this.isPaused = options.isPaused ?? false;
    this.managed = new ManagedChannel({
      name: `consume ${options.queue}`,
      isConfirm: false,
      setup: (channel) => this.setup(channel),
      onLost: () => (this.consumerTag = null),
      logger,
    });
  }

  /** Are messages coming? "Ready" means this. */
  get isActive(): boolean {
    return this.managed.current !== null && this.consumerTag !== null;
  }

  get channel(): ManagedChannel {
    return this.managed;
  }

  /** Messages being worked on. */
  get busy(): number {
    return this.inHand;
  }

  /** No new messages; those in hand stay in hand. */
  async pause(): Promise<void> {
    this.isPaused = true;
    const tag = this.consumerTag;
    this.consumerTag = null;
    if (tag !== null) await this.managed.current?.cancel(tag).catch(() => undefined); // gone already is as good
  }

  async resume(): Promise<void> {
    if (!this.isPaused) return;
    this.isPaused = false;
    const channel = this.managed.current;
    if (channel === null) return; // the next channel consumes by itself
    try {
      await this.consume(channel);
    } catch (err) {
      this.logger.warn({ err, queue: this.options.queue }, 'consuming not resumed, opening another channel');
      await this.managed.reopen();
    }
  }

  /** Pauses, waits until nothing is in hand or the deadline is over, and closes; the rest goes back to the queue. */
  async stop(deadlineMs: number): Promise<void> {
    const end = Date.now() + deadlineMs;
    // A frozen broker does not answer.
    await within(Math.min(deadlineMs, closeTimeoutMs), this.pause());
    while (this.inHand > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    await within(closeTimeoutMs, this.managed.close());
  }

  private async setup(channel: ConfirmChannel): Promise<void> {
    await channel.prefetch(this.options.prefetch);
    if (!this.isPaused) await this.consume(channel);
  }

  private async consume(channel: ConfirmChannel): Promise<void> {
    const { consumerTag } = await channel.consume(this.options.queue, (message) => {
      if (message === null) this.cancelledByBroker();
      else void this.handle(channel, message);
    });
    // Paused while the broker was answering: take it back.
    if (this.isPaused) await channel.cancel(consumerTag);
    else this.consumerTag = consumerTag;
  }

  /** The queue was deleted or its node failed over. A new channel tries again, with back-off. */
  private cancelledByBroker(): void {
    this.consumerTag = null;
    this.logger.warn({ queue: this.options.queue }, 'consumer cancelled by the broker');
    void this.managed.reopen();
  }

  private async handle(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
    this.inHand += 1;
    try {
      const disposition = await this.options.onMessage(toDelivery(message));
      settle(channel, message, disposition);
    } catch (err) {
      this.logger.error({ err, queue: this.options.queue }, 'message handler failed');
    } finally {
      this.inHand -= 1;
    }
  }
}

function settle(channel: ConfirmChannel, message: ConsumeMessage, disposition: Disposition): void {
  try {
    if (disposition === 'ack') channel.ack(message);
    else channel.nack(message, false, disposition === 'requeue');
  } catch {
    // The channel closed meanwhile: the broker has given the message to somebody already.
  }
}

function toDelivery(message: ConsumeMessage): Delivery {
  return {
    content: parseJson(message.content),
    raw: message.content,
    redelivered: message.fields.redelivered,
    priority: Number(message.properties.priority ?? 0),
  };
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}
