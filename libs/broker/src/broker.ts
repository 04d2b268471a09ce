import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { replySenders, type JobQueueType } from '@sluice/contracts';
import { pollUntil, within } from '@sluice/timing';
import { connect, type ChannelModel, type RecoveringChannelModel } from 'amqplib';
import { BrokerError } from './broker.errors.js';
import type { BrokerLogger } from './broker-logger.js';
import type { ChannelOwner } from './channel-owner.js';
import { gatherWrites } from './gather-writes.js';
import { Consumer, type ConsumeOptions } from './consumer.js';
import { loginOf } from './login.js';
import { ManagedChannel } from './managed-channel.js';
import { Publisher, type Publication } from './publisher.js';
import { QueueDepths, type QueueDepth } from './queue-depths.js';
import { Requester } from './requester.js';
import { Subscription, type SubscribeOptions } from './subscription.js';
import { TopologyKeeper } from './topology-keeper.js';

export interface BrokerOptions {
  /** Its user is the login that receivers know this process by. */
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  readonly heartbeatSeconds: number;
  readonly logger: BrokerLogger;
  /**
   * Calls the broker once this file is there. Whoever starts both at once makes it when the broker at that address is known to
   * be the right one: its password would be told to any other.
   */
  readonly after?: string | undefined;
  /** Keep the whole topology declared, with job queues of this type. Only `results` may. */
  readonly declares?: JobQueueType;
}

const connectTimeoutMs = 5000;
/** A frozen broker does not answer a good-bye. */
const closeTimeoutMs = 1500;
const lookEveryMs = 50;
/** AMQP 0-9-1, 1.2: the entity does not exist. */
const notFound = 404;

/** One connection to RabbitMQ that reconnects for ever, with its publisher, requests, consumers and subscriptions. */
export class Broker {
  private readonly publisher: Publisher;
  private readonly publishing: ManagedChannel;
  private readonly channels = new Set<ManagedChannel>();
  private readonly users: { readonly problem: string | null }[] = [];
  private readonly connectedListeners = new Set<() => void>();
  private readonly owner: ChannelOwner;
  /** Null: not called yet. */
  private connection: RecoveringChannelModel | null = null;
  private isClosed = false;
  private model: ChannelModel | null = null;
  private blockedReason: string | null = null;
  private connectProblem: string | null = null;

  private constructor(
    private readonly options: BrokerOptions,
    private readonly topology: TopologyKeeper | null,
    private readonly queueDepths: QueueDepths,
  ) {
    const login = loginOf(options.url);
    this.publisher = new Publisher(login);
    this.owner = { login, logger: options.logger, onQueueMissing: () => topology?.again() };
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
    if (topology !== null) this.users.push(topology);
  }

  /** Resolves at once; the connection comes when the broker does. */
  static async connect(options: BrokerOptions): Promise<Broker> {
    const { declares, logger } = options;
    const depths = new QueueDepths();
    const topology = declares === undefined ? null : new TopologyKeeper(declares, depths, logger);
    const broker = new Broker(options, topology, depths);
    const { after } = options;
    if (after === undefined) await broker.call();
    else
      void pollUntil(() => broker.isClosed || existsSync(after), {
        timeoutMs: Infinity,
        intervalMs: lookEveryMs,
      })
        .then(() => broker.call())
        .catch((err: unknown) => options.logger.error({ err }, 'the broker cannot be called'));
    return broker;
  }

  private async call(): Promise<void> {
    if (this.isClosed) return;
    const { url, name, heartbeatSeconds } = this.options;
    const address = new URL(url);
    address.searchParams.set('heartbeat', String(heartbeatSeconds));
    this.connection = await connect(address.href, {
      // Without it a message of 5 KB or more waits 40 ms for the peer's delayed acknowledgement.
      noDelay: true,
      timeout: connectTimeoutMs,
      clientProperties: { connection_name: name },
      recovery: {
        waitForConnect: false,
        initialDelay: 200,
        maxDelay: 5000,
        jitter: 0.5,
        setup: (model: ChannelModel) => this.prepare(model),
      },
    });
    this.watch(this.connection);
  }

  /** Before anyone else uses it. Rejects when it is closed by then: no one would be told of that any more. */
  private async prepare(model: ChannelModel): Promise<void> {
    await this.topology?.connected(model);
    // Ended by the broker, or broken: then it is not ended, but gone.
    if (!socketOf(model).writable) throw new Error('the connection that was just opened is closed again');
  }

  get isConnected(): boolean {
    return this.publishing.current !== null;
  }

  /** The broker takes no messages now (memory or disk alarm). */
  get isBlocked(): boolean {
    return this.blockedReason !== null;
  }

  /** What keeps messages from being published, in words; null while nothing is known to. */
  get problem(): string | null {
    const refusal = this.refusal();
    if (refusal !== null) return refusal.message;
    return this.publisher.isSilent ? 'the broker is connected and does not answer' : null;
  }

  /**
   * Throws while messages cannot be published, or anything made with `consume`, `subscribe` or `openRequests` has lost its
   * channel for whatever reason: a readiness check.
   */
  assertReady(): void {
    const problem = this.problem ?? this.users.map((one) => one.problem).find((one) => one !== null) ?? null;
    if (problem !== null) throw new BrokerError(this.refusal()?.code ?? 'disconnected', problem);
  }

  /** Called each time publishing has become possible, at once when it is. */
  onConnected(listener: () => void): void {
    this.connectedListeners.add(listener);
    if (this.isConnected) listener();
  }

  /** Resolves when the broker has it in a queue. Never kept for later: rejects with BrokerError instead. */
  async publish(publication: Publication): Promise<void> {
    const refusal = this.refusal();
    if (refusal !== null) throw refusal;
    const channel = this.publishing.current;
    if (channel === null) throw new BrokerError('disconnected', 'not connected to the broker');
    return this.publisher.publish(channel, publication).catch((error: unknown) => {
      if (error instanceof BrokerError && error.code === 'unroutable') this.topology?.again();
      throw error;
    });
  }

  consume(options: ConsumeOptions): Consumer {
    return this.use(new Consumer(options, this.owner));
  }

  subscribe(options: SubscribeOptions): Subscription {
    return this.use(new Subscription(options, this.owner));
  }

  /** The side of requests that asks. */
  openRequests(): Requester {
    return this.use(new Requester({ answerers: replySenders, refusal: () => this.refusal() }, this.owner));
  }

  /** Ready messages and consumers of a queue, by passive declaration. Rejects when it doesn't exist. */
  async queueDepth(queue: string): Promise<QueueDepth> {
    if (this.model === null) throw new BrokerError('disconnected', 'not connected to the broker');
    return this.queueDepths.ask(this.model, queue).catch((error: unknown) => {
      if ((error as { code?: unknown }).code === notFound) this.topology?.again();
      throw error;
    });
  }

  /** Waits for confirms on their way (bounded by their time-outs), then closes. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.isConnected) await this.publisher.flushed();
    this.topology?.disconnected();
    const topology = this.topology?.stop() ?? Promise.resolve();
    const channels = Promise.all([topology, ...[...this.channels].map((channel) => channel.close())]);
    await within(closeTimeoutMs, channels);
    if (this.connection !== null) await within(closeTimeoutMs, this.connection.close());
    this.publisher.lost();
  }

  /** Why nothing can be published now; null when it can. */
  private refusal(): BrokerError | null {
    if (!this.isConnected) {
      const reason = this.connectProblem ?? this.publishing.problem;
      return new BrokerError(
        'disconnected',
        `not connected to the broker${reason === null ? '' : `: ${reason}`}`,
      );
    }
    if (this.blockedReason === null) return null;
    return new BrokerError('blocked', `the broker takes no messages: ${this.blockedReason}`);
  }

  private use<One extends { readonly channel: ManagedChannel; readonly problem: string | null }>(
    one: One,
  ): One {
    this.users.push(one);
    this.manage(one.channel);
    return one;
  }

  private manage(channel: ManagedChannel): ManagedChannel {
    this.channels.add(channel);
    if (this.model !== null) channel.connected(this.model);
    return channel;
  }

  private tellConnected(): void {
    for (const listener of this.connectedListeners) listener();
  }

  private watch(connection: RecoveringChannelModel): void {
    const { logger, name } = this.options;
    let isOutageTold = false;
    connection.on('connect', (model: ChannelModel) => {
      gatherWrites(socketOf(model));
      this.model = model;
      this.blockedReason = null;
      this.connectProblem = null;
      isOutageTold = false;
      logger.info({ connection: name }, 'broker connected');
      for (const channel of this.channels) channel.connected(model);
    });
    connection.on('disconnect', (err: Error) => {
      this.model = null;
      this.blockedReason = null;
      this.connectProblem = err.message;
      isOutageTold = true;
      logger.warn({ err, connection: name }, 'broker connection lost');
      this.topology?.disconnected();
      for (const channel of this.channels) channel.disconnected();
    });
    connection.on('connect-failed', (err: Error) => {
      this.connectProblem = err.message;
      logger[isOutageTold ? 'debug' : 'warn']({ err, connection: name }, 'broker not reachable');
      isOutageTold = true;
    });
    connection.on('blocked', (reason: string) => {
      this.blockedReason = reason || 'alarm';
      logger.warn({ reason }, 'broker takes no messages');
    });
    connection.on('unblocked', () => {
      this.blockedReason = null;
      logger.info({}, 'broker takes messages again');
    });
    connection.on('error', (err: Error) => logger.warn({ err, connection: name }, 'broker connection error'));
  }
}

/** amqplib's types leave it out. */
const socketOf = (model: ChannelModel): Socket => (model.connection as unknown as { stream: Socket }).stream;

export const connectBroker = (options: BrokerOptions): Promise<Broker> => Broker.connect(options);
