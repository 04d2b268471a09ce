import type { Senders } from '@sluice/contracts';
import { within } from '@sluice/timing';
import type { ConfirmChannel, ConsumeMessage, Message } from 'amqplib';
import { BrokerError } from './broker.errors.js';
import type { ChannelOwner } from './channel-owner.js';
import { parseJson } from './delivery.js';
import { ManagedChannel } from './managed-channel.js';
import { SenderCheck } from './sender-check.js';

export interface BrokerRequest {
  readonly exchange: string;
  readonly routingKey: string;
  /** Sent as JSON. */
  readonly message: unknown;
  /** Longest wait for the answer; the request expires on the broker when no one took it in this time. */
  readonly timeoutMs: number;
}

export interface RequesterOptions {
  /** Who may answer. */
  readonly answerers: Senders;
  /** Why nothing may be sent now, of the connection as a whole. */
  readonly refusal: () => BrokerError | null;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: BrokerError) => void;
  readonly timer: NodeJS.Timeout;
}

/** A frozen broker does not answer a good-bye. */
const closeTimeoutMs = 1500;
/** A queue that exists for one channel alone, needs no permission and no declaration. */
const directReplies = 'amq.rabbitmq.reply-to';

/**
 * Requests and their answers on a channel of their own. A request leaves now or never: none is kept for a connection
 * that may come, because one whose caller was told of a failure long ago must not be carried out after all.
 */
export class Requester {
  private readonly managed: ManagedChannel;
  private readonly waiting = new Map<string, Waiting>();
  private readonly check: SenderCheck;
  private lastId = 0;
  private isClosed = false;

  constructor(
    private readonly options: RequesterOptions,
    private readonly owner: ChannelOwner,
  ) {
    this.check = new SenderCheck('answers', options.answerers, owner);
    this.managed = new ManagedChannel({
      name: 'requests',
      isConfirm: false,
      setup: (channel) => this.setup(channel),
      onLost: () => this.rejectAll('the connection broke before the answer'),
      logger: owner.logger,
    });
  }

  /** Would a request sent now leave at once? */
  get isOpen(): boolean {
    return this.managed.current !== null && this.options.refusal() === null;
  }

  get channel(): ManagedChannel {
    return this.managed;
  }

  /** Why no request can be sent; null while they can. */
  get problem(): string | null {
    if (this.isClosed || this.managed.current !== null) return null;
    return `no channel for requests${this.managed.problem === null ? '' : `: ${this.managed.problem}`}`;
  }

  /** The answer's parsed JSON; undefined when it is none. Rejects with BrokerError. */
  async request(request: BrokerRequest): Promise<unknown> {
    const refusal = this.options.refusal();
    if (refusal !== null) throw refusal;
    const channel = this.managed.current;
    if (channel === null) throw new BrokerError('disconnected', 'no channel for requests to the broker');
    const id = String((this.lastId += 1));
    return new Promise((resolve, reject) => {
      const late = () => this.settle(id, new BrokerError('timeout', 'no answer in time'));
      this.waiting.set(id, { resolve, reject, timer: setTimeout(late, request.timeoutMs) });
      try {
        this.send(channel, id, request);
      } catch (cause) {
        this.settle(id, new BrokerError('disconnected', 'the channel closed', { cause }));
      }
    });
  }

  /** Ends what waits, also while the broker is silent. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.rejectAll('the connection was closed before the answer');
    await within(closeTimeoutMs, this.managed.close());
  }

  private async setup(channel: ConfirmChannel): Promise<void> {
    channel.on('return', (message: Message) =>
      this.settle(
        String(message.properties.correlationId),
        new BrokerError('unroutable', 'no queue takes such requests now'),
      ),
    );
    const take = (message: ConsumeMessage | null): void => {
      // Cancelled: the channel goes with it.
      if (message === null) void this.managed.reopen(channel);
      else if (this.check.isGenuine(message)) this.answered(message);
    };
    await channel.consume(directReplies, take, { noAck: true });
  }

  private send(channel: ConfirmChannel, id: string, request: BrokerRequest): void {
    const bytes = Buffer.from(JSON.stringify(request.message));
    channel.publish(request.exchange, request.routingKey, bytes, {
      correlationId: id,
      replyTo: directReplies,
      userId: this.owner.login,
      mandatory: true,
      persistent: false,
      contentType: 'application/json',
      expiration: String(Math.max(1, Math.ceil(request.timeoutMs))),
    });
  }

  private answered({ properties, content }: ConsumeMessage): void {
    const waiting = this.take(String(properties.correlationId));
    waiting?.resolve(parseJson(content));
  }

  private settle(id: string, error: BrokerError): void {
    this.take(id)?.reject(error);
  }

  private take(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  private rejectAll(message: string): void {
    for (const id of [...this.waiting.keys()]) this.settle(id, new BrokerError('disconnected', message));
  }
}
