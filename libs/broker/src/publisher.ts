import { pollUntil } from '@sluice/timing';
import type { ConfirmChannel, Message } from 'amqplib';
import { BrokerError } from './broker.errors.js';

export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  /** Sent as JSON. */
  readonly message: unknown;
  readonly priority?: number;
  /** Default true: survives a restart of the broker (of its process, not the loss of its data). */
  readonly persistent?: boolean;
  /** The broker drops it unread after this. */
  readonly expirationMs?: number;
  /** Longest wait for the confirm; default 5000. */
  readonly confirmTimeoutMs?: number;
  /** Default true: a message that reaches no queue rejects. False only where no one listening is normal. */
  readonly mandatory?: boolean;
}

interface Unconfirmed {
  readonly resolve: () => void;
  readonly reject: (error: BrokerError) => void;
  readonly timer: NodeJS.Timeout;
  isReturned: boolean;
}

/**
 * Confirmed publishing on one channel. `mandatory` matters: without it a message for a queue that is gone is
 * *confirmed* (measured), and would be lost in silence.
 */
export class Publisher {
  private readonly unconfirmed = new Map<string, Unconfirmed>();
  private lastId = 0;
  private isUnanswered = false;

  constructor(private readonly login: string) {}

  /** A message was not confirmed in time, and none was since: the broker is frozen, or as good as. */
  get isSilent(): boolean {
    return this.isUnanswered;
  }

  listen(channel: ConfirmChannel): void {
    // A return comes before the confirm of the same message.
    channel.on('return', (message: Message) => {
      const waiting = this.unconfirmed.get(String(message.properties.messageId));
      if (waiting !== undefined) waiting.isReturned = true;
    });
  }

  publish(channel: ConfirmChannel, publication: Publication): Promise<void> {
    const id = String((this.lastId += 1));
    return new Promise<void>((resolve, reject) => {
      const late = () => {
        this.isUnanswered = true;
        this.settle(id, new BrokerError('timeout', 'the broker did not confirm in time'));
      };
      const timer = setTimeout(late, publication.confirmTimeoutMs ?? 5000);
      this.unconfirmed.set(id, { resolve, reject, timer, isReturned: false });
      try {
        this.send(channel, id, publication);
      } catch (cause) {
        this.settle(id, new BrokerError('disconnected', 'the channel closed', { cause }));
      }
    });
  }

  /** The channel is gone: what was on its way may or may not have arrived. */
  lost(): void {
    this.isUnanswered = false;
    for (const id of [...this.unconfirmed.keys()])
      this.settle(id, new BrokerError('disconnected', 'the connection broke before the confirm'));
  }

  /** Resolves when nothing is on its way any more. */
  async flushed(): Promise<void> {
    await pollUntil(() => this.unconfirmed.size === 0, { timeoutMs: Number.POSITIVE_INFINITY });
  }

  private send(channel: ConfirmChannel, id: string, publication: Publication): void {
    channel.publish(
      publication.exchange,
      publication.routingKey,
      Buffer.from(JSON.stringify(publication.message)),
      {
        messageId: id,
        // Verified by the broker, demanded by the receivers.
        userId: this.login,
        mandatory: publication.mandatory ?? true,
        persistent: publication.persistent ?? true,
        contentType: 'application/json',
        ...(publication.priority === undefined ? {} : { priority: publication.priority }),
        ...(publication.expirationMs === undefined ? {} : { expiration: String(publication.expirationMs) }),
      },
      (cause: unknown) => this.answered(id, cause),
    );
  }

  private answered(id: string, refusal: unknown): void {
    this.isUnanswered = false;
    if (!refusal) {
      this.settle(id, null);
      return;
    }
    // A channel that closes refuses everything first and tells that it closed in the same turn: `lost` comes before this.
    setImmediate(() =>
      this.settle(id, new BrokerError('nacked', 'the broker refused the message', { cause: refusal })),
    );
  }

  private settle(id: string, error: BrokerError | null): void {
    const waiting = this.unconfirmed.get(id);
    if (waiting === undefined) return;
    this.unconfirmed.delete(id);
    clearTimeout(waiting.timer);
    if (error !== null) waiting.reject(error);
    else if (waiting.isReturned)
      waiting.reject(new BrokerError('unroutable', 'the message reached no queue'));
    else waiting.resolve();
  }
}
