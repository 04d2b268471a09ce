import { connect, type ChannelModel, type RecoveringChannelModel } from 'amqplib';
import { BrokerError } from './broker.errors.js';
import { Consumer, type ConsumeOptions } from './consumer.js';
import { declareTopology } from './declare-topology.js';
import { ManagedChannel } from './managed-channel.js';
import { Publisher, type Publication } from './publisher.js';
import { Subscription, type SubscribeOptions } from './subscription.js';
import { within } from './within.js';

/** The part of a pino logger this library uses. */
export interface BrokerLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface BrokerOptions {
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  readonly heartbeatSeconds: number;
  readonly logger: BrokerLogger;
  /** Declare the whole topology on each connection, before anything else uses it. Only `results` may. */
  readonly declaresTopology?: boolean;
}

const connectTimeoutMs = 5000;
/** A frozen broker does not answer a good-bye. */
const closeTimeoutMs = 1500;

/** One connection to RabbitMQ that reconnects for ever, with its publisher, consumers and subscriptions. */
export class Broker {
  private readonly publisher = new Publisher();
  private readonly publishing: ManagedChannel;
  private readonly channels = new Set<ManagedChannel>();
  private readonly connectedListeners = new Set<() => void>();
  private model: ChannelModel | null = null;
  private blockedReason: string | null = null;

  private constructor(
    private readonly connection: RecoveringChannelModel,
    private readonly options: BrokerOptions,
  ) {
    this.publishing = this.manage(
      new ManagedChannel({
        name: 'publish',
        isConfirm: true,
        setup: async (channel) => this.publisher.listen(channel),
        onOpen: () => this.tellConnected(),
        onLost: () => this.publisher.lost(),
        logger: options.logger,
      }),
    );
    this.watch();
  }

  /** Resolves at once; the connection comes when the broker does. */
  static async connect(options: BrokerOptions): Promise<Broker> {
    const address = new URL(options.url);
    address.searchParams.set('heartbeat', String(options.heartbeatSeconds));
    const connection = await connect(address.href, {
      // Without it a message of 5 KB or more waits 40 ms for the peer's delayed acknowledgement.
      noDelay: true,
      timeout: connectTimeoutMs,
      clientProperties: { connection_name: options.name },
      recovery: {
        waitForConnect: false,
        initialDelay: 200,
        maxDelay: 5000,
        jitter: 0.5,
        ...(options.declaresTopology === true ? { setup: declareTopology } : {}),
      },
    });
    return new Broker(connection, options);
  }

  get isConnected(): boolean {
    return this.publishing.current !== null;
  }

  /** The broker takes no messages now (memory or disk alarm). */
  get isBlocked(): boolean {
    return this.blockedReason !== null;
  }

  /** Throws when messages can't be published right now: a readiness check. */
  assertReady(): void {
    if (!this.isConnected) throw new BrokerError('disconnected', 'not connected to the broker');
    if (this.blockedReason !== null)
      throw new BrokerError('blocked', `the broker takes no messages: ${this.blockedReason}`);
  }

  /** Called each time publishing has become possible, at once when it is. */
  onConnected(listener: () => void): void {
    this.connectedListeners.add(listener);
    if (this.isConnected) listener();
  }

  /** Resolves when the broker has it in a queue. Never kept for later: rejects with BrokerError instead. */
  async publish(publication: Publication): Promise<void> {
    this.assertReady();
    const channel = this.publishing.current;
    if (channel === null) throw new BrokerError('disconnected', 'not connected to the broker');
    return this.publisher.publish(channel, publication);
  }

  consume(options: ConsumeOptions): Consumer {
    const consumer = new Consumer(options, this.options.logger);
    this.manage(consumer.channel);
    return consumer;
  }

  subscribe(options: SubscribeOptions): Subscription {
    const subscription = new Subscription(options, this.options.logger);
    this.manage(subscription.channel);
    return subscription;
  }

  /** Ready messages and consumers of a queue, by passive declaration. Rejects when it doesn't exist. */
  async queueDepth(queue: string): Promise<{ messages: number; consumers: number }> {
    if (this.model === null) throw new BrokerError('disconnected', 'not connected to the broker');
    // A channel of its own: asking for a queue that is gone closes the channel that asked.
    const channel = await this.model.createChannel();
    channel.on('error', () => undefined); // told by the rejection of checkQueue
    const { messageCount, consumerCount } = await channel.checkQueue(queue);
    await channel.close();
    return { messages: messageCount, consumers: consumerCount };
  }

  /** Waits for confirms on their way (bounded by their time-outs), then closes. */
  async close(): Promise<void> {
    if (this.isConnected) await this.publisher.flushed();
    const channels = Promise.all([...this.channels].map((channel) => channel.close()));
    await within(closeTimeoutMs, channels);
    await within(closeTimeoutMs, this.connection.close());
    this.publisher.lost();
  }

  private manage(channel: ManagedChannel): ManagedChannel {
    this.channels.add(channel);
    if (this.model !== null) channel.connected(this.model);
    return channel;
  }

  private tellConnected(): void {
    for (const listener of this.connectedListeners) listener();
  }

  private watch(): void {
    const { logger, name } = this.options;
    let isOutageTold = false;
    this.connection.on('connect', (model: ChannelModel) => {
      this.model = model;
      this.blockedReason = null;
      isOutageTold = false;
      logger.info({ connection: name }, 'broker connected');
      for (const channel of this.channels) channel.connected(model);
    });
    this.connection.on('disconnect', (err: Error) => {
      this.model = null;
      this.blockedReason = null;
      isOutageTold = true;
      logger.warn({ err, connection: name }, 'broker connection lost');
      for (const channel of this.channels) channel.disconnected();
    });
    this.connection.on('connect-failed', (err: Error) => {
      logger[isOutageTold ? 'debug' : 'warn']({ err, connection: name }, 'broker not reachable');
      isOutageTold = true;
    });
    this.connection.on('blocked', (reason: string) => {
      this.blockedReason = reason || 'alarm';
      logger.warn({ reason }, 'broker takes no messages');
    });
    this.connection.on('unblocked', () => {
      this.blockedReason = null;
      logger.info({}, 'broker takes messages again');
    });
    this.connection.on('error', (err: Error) =>
      logger.warn({ err, connection: name }, 'broker connection error'),
    );
  }
}

export const connectBroker = (options: BrokerOptions): Promise<Broker> => Broker.connect(options);
