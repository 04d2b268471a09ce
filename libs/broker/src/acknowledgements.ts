import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Disposition } from './consumer.js';

type Channel = Pick<ConfirmChannel, 'ack' | 'nack'>;

/**
 * Settles the messages of one channel. What is done in one turn of the event loop is acknowledged together: of jobs whose
 * verdicts shared a message the oldest with one frame for all, which is one message instead of many between the processes
 * of the broker, too. That frame means everything delivered up to it, so it never goes beyond the oldest that is not done.
 */
export class Acknowledgements {
  /** Not settled yet, oldest first: the broker counts deliveries upwards. */
  private readonly inFlight = new Map<number, ConsumeMessage>();
  private readonly done = new Set<number>();
  private isWaiting = false;

  constructor(private readonly channel: Channel) {}

  delivered(message: ConsumeMessage): void {
    this.inFlight.set(message.fields.deliveryTag, message);
  }

  settle(message: ConsumeMessage, disposition: Disposition): void {
    const tag = message.fields.deliveryTag;
    if (!this.inFlight.has(tag)) return;
    if (disposition === 'ack') {
      this.done.add(tag);
      if (!this.isWaiting) process.nextTick(() => this.flush());
      this.isWaiting = true;
      return;
    }
    this.inFlight.delete(tag);
    this.tell(() => this.channel.nack(message, false, disposition === 'requeue'));
  }

  /** At once: the channel is about to close. */
  flush(): void {
    this.isWaiting = false;
    const together: ConsumeMessage[] = [];
    for (const [tag, message] of this.inFlight) {
      if (!this.done.has(tag)) break;
      together.push(message);
    }
    const last = together.at(-1);
    if (last !== undefined) this.tell(() => this.channel.ack(last, together.length > 1));
    for (const { fields } of together) this.forget(fields.deliveryTag);
    for (const tag of [...this.done]) {
      const message = this.inFlight.get(tag);
      if (message !== undefined) this.tell(() => this.channel.ack(message));
      this.forget(tag);
    }
  }

  private forget(tag: number): void {
    this.inFlight.delete(tag);
    this.done.delete(tag);
  }

  private tell(send: () => void): void {
    try {
      send();
    } catch {
      // The channel closed meanwhile: the broker has given the message to somebody already.
    }
  }
}
