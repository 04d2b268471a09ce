import type { QueueDefinition } from '@sluice/contracts';
import type { ConfirmChannel } from 'amqplib';
import type { ChannelOwner } from './channel-owner.js';
import { parseJson } from './delivery.js';
import { ManagedChannel } from './managed-channel.js';
import { SenderCheck } from './sender-check.js';

export interface SubscribeOptions {
  readonly stream: QueueDefinition;
  readonly onMessage: (content: unknown) => void;
  /** After each (re)subscription: what was published before it is not coming. */
  readonly onSubscribed?: () => void;
}

/** A stream needs a bound on what is on its way; it is acknowledged on arrival. */
const prefetch = 200;

/** Events for every instance, from the moment of subscribing on: what is missed must be found by asking. */
export class Subscription {
  private readonly managed: ManagedChannel;

  constructor(
    private readonly options: SubscribeOptions,
    owner: ChannelOwner,
  ) {
    const { name, senders } = options.stream;
    const check = new SenderCheck(name, senders, owner);
    this.managed = new ManagedChannel({
      name: `subscribe ${name}`,
      isConfirm: false,
      onLost: () => undefined,
      logger: owner.logger,
      setup: async (channel) => {
        await channel.prefetch(prefetch);
        await channel.consume(
          name,
          (message) => {
            if (message === null) return this.cancelledByBroker(channel, owner);
            channel.ack(message);
            if (check.isGenuine(message)) this.handle(message.content);
          },
          { arguments: { 'x-stream-offset': 'next' } },
        );
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

  /** Why no events come; null while they do. */
  get problem(): string | null {
    if (this.isActive) return null;
    const { problem } = this.managed;
    return `not reading ${this.options.stream.name}${problem === null ? '' : `: ${problem}`}`;
  }

  private cancelledByBroker(channel: ConfirmChannel, owner: ChannelOwner): void {
    owner.logger.warn({ stream: this.options.stream.name }, 'subscription cancelled by the broker');
    owner.onQueueMissing();
    void this.managed.reopen(channel);
  }

  private handle(raw: Buffer): void {
    const content = parseJson(raw);
    // No JSON is not ours; the receivers validate what they get.
    if (content !== undefined) this.options.onMessage(content);
  }
}
