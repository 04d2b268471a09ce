import { randomUUID } from 'node:crypto';
import type { BrokerLogger } from './broker.js';
import { ManagedChannel } from './managed-channel.js';

export interface SubscribeOptions {
  /** A fanout exchange. */
  readonly exchange: string;
  /** Beginning of the exclusive queue's name; the permissions allow it. Each connection adds its own ending. */
  readonly queue: string;
  readonly onMessage: (content: unknown) => void;
  /** After each (re)subscription: what was published before it is not coming. */
  readonly onSubscribed?: () => void;
}

/** Events for every instance, without acknowledgement: what is missed must be found by asking. */
export class Subscription {
  private readonly managed: ManagedChannel;

  constructor(
    private readonly options: SubscribeOptions,
    logger: BrokerLogger,
  ) {
    this.managed = new ManagedChannel({
      name: `subscribe ${options.exchange}`,
      isConfirm: false,
      onLost: () => undefined,
      logger,
      setup: async (channel) => {
        // A new name each time: the old exclusive queue stays locked until the broker notices the dead connection.
        const { queue } = await channel.assertQueue(`${options.queue}.${randomUUID()}`, {
          exclusive: true,
          autoDelete: true,
          durable: false,
        });
        await channel.bindQueue(queue, options.exchange, '');
        await channel.consume(queue, (message) => this.handle(message?.content), { noAck: true });
        options.onSubscribed?.();
      },
    });
  }

  get isActive(): boolean {
    return this.managed.current !== null;
  }

  get channel(): ManagedChannel {
    return this.managed;
  }

  private handle(raw: Buffer | undefined): void {
    if (raw === undefined) {
      void this.managed.reopen();
      return;
    }
    let content: unknown;
    try {
      content = JSON.parse(raw.toString('utf8'));
    } catch {
      return; // not ours; the receivers validate what they get
    }
    this.options.onMessage(content);
  }
}
