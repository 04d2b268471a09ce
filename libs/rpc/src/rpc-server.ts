import { Logger, type LoggerService } from '@nestjs/common';
import {
  RpcException,
  ServerRMQ,
  type CustomTransportStrategy,
  type RmqContext,
  type WritePacket,
} from '@nestjs/microservices';
import { exchanges, queues } from '@sluice/contracts';
import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { within } from './within.js';
import type { RpcLogger } from './rpc-logger.js';
import { renewConnection, tendConnection, type ManagedConnection } from './tend-connection.js';

export interface RpcServerOptions {
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  /** Requests in hand at once. */
  readonly prefetch: number;
  readonly heartbeatSeconds: number;
  /** For the connection alone; what goes wrong in handlers is told by Nest's logger. */
  readonly logger?: RpcLogger;
}

/** A frozen broker does not answer a good-bye. */
const closeTimeoutMs = 2000;
/** Longer than any request may take. */
const finishMs = 5000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const silent: RpcLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/**
 * Nest's RMQ server for the queue of ledger requests, with what a dependable edge needs:
 * - the queue is declared on each channel, so that a wiped broker is served again;
 * - a request is acknowledged after its answer was sent: one that a killed instance had in hand goes to another;
 * - the pattern in the body has to be the routing key, because the broker's topic permissions checked only that;
 * - a channel that closes alone brings a new connection instead of silence.
 */
export class RpcServer extends ServerRMQ implements CustomTransportStrategy {
  /** Nest's own, which takes every outage for an error; tendConnection tells of them. */
  protected override readonly logger: LoggerService;
  private consumer: { readonly channel: Channel; readonly tag: string } | null = null;
  /** Requests taken and not answered. */
  private inHand = 0;
  private isClosing = false;

  constructor(private readonly given: RpcServerOptions) {
    super({
      urls: [given.url],
      queue: queues.ledgerRpc.name,
      noAck: false,
      noAssert: true,
      prefetchCount: given.prefetch,
      socketOptions: {
        heartbeatIntervalInSeconds: given.heartbeatSeconds,
        connectionOptions: {
          noDelay: true,
          timeout: 5000,
          clientProperties: { connection_name: given.name },
        },
      },
    });
    const nest = new Logger('RpcServer');
    const tell = (message: unknown) => this.tell.debug({ detail: message }, 'request connection');
    const fail = (message: unknown) => (this.isConnected ? nest.error(message) : tell(message));
    this.logger = { log: tell, warn: (message: unknown) => nest.warn(message), error: fail };
  }

  override async createClient<T = ManagedConnection>(): Promise<T> {
    const connection = await super.createClient<ManagedConnection>();
    tendConnection(connection, this.tell, this.given.name);
    return connection as T;
  }

  /** A readiness check: are requests being taken? */
  assertReady(): void {
    if (this.consumer === null) throw new Error('not taking requests from the broker');
  }

  /** Takes no more requests, answers those in hand, then closes. */
  override async close(): Promise<void> {
    this.isClosing = true;
    const { consumer } = this;
    this.consumer = null;
    // Gone already is as good.
    await within(
      closeTimeoutMs,
      consumer?.channel.cancel(consumer.tag).catch(() => undefined),
    );
    for (const endMs = Date.now() + finishMs; this.inHand > 0 && Date.now() < endMs;) await pause(20);
    await within(
      closeTimeoutMs,
      super
        .close()
        .catch((err: unknown) => this.tell.debug({ err }, 'request connection not closed in order')),
    );
  }

  override async setupChannel(channel: Channel, callback: () => void): Promise<void> {
    channel.once('close', () => this.channelClosed());
    await channel.assertExchange(exchanges.rpc.name, exchanges.rpc.type, { durable: true });
    await channel.assertQueue(queues.ledgerRpc.name, {
      durable: true,
      arguments: queues.ledgerRpc.arguments,
    });
    await channel.bindQueue(queues.ledgerRpc.name, exchanges.rpc.name, queues.ledgerRpc.routingKey);
    // Nest waits for everything but this, and an answer that never comes would end the process.
    let consuming: ReturnType<Channel['consume']> | undefined;
    const consume = channel.consume.bind(channel);
    channel.consume = (...given) => {
      const answer = consume(...given);
      consuming = answer;
      return answer;
    };
    await super.setupChannel(channel, () => undefined);
    const consumed = await consuming;
    if (consumed !== undefined) this.consumer = { channel, tag: consumed.consumerTag };
    this.inHand = 0;
    callback();
  }

  private get tell(): RpcLogger {
    return this.given.logger ?? silent;
  }

  private get isConnected(): boolean {
    return (this.server as ManagedConnection | null)?.isConnected() === true;
  }

  private channelClosed(): void {
    this.consumer = null;
    // The broker gives them to somebody else.
    this.inHand = 0;
    if (!this.isClosing) renewConnection(this.server as ManagedConnection | null);
  }

  override async handleMessage(received: Record<string, unknown> | null, channel: Channel): Promise<void> {
    const message = received as ConsumeMessage | null;
    if (message === null) {
      this.consumer = null;
      await channel.close();
      return;
    }
    if (!hasHonestPattern(message)) {
      this.logger.warn('request refused: its pattern is not its routing key');
      channel.nack(message, false, false);
      return;
    }
    this.inHand += 1;
    await super.handleMessage(message, channel);
  }

  override sendMessage<T>(message: T, replyTo: unknown, correlationId: string, context: RmqContext): void {
    const channel = context.getChannelRef() as Channel;
    const isAnswered = isLast(message);
    if (isAnswered) this.inHand = Math.max(0, this.inHand - 1);
    try {
      // Not through the connection manager: an answer that can't be sent now is of no use to anybody later, and those
      // without a confirm when it closes end the process.
      const { options, ...answer } = this.serializer.serialize(message as WritePacket & { id: string }) as {
        options?: Options.Publish;
      };
      const bytes = Buffer.from(JSON.stringify(answer));
      channel.sendToQueue(String(replyTo), bytes, { correlationId, ...options });
      if (isAnswered) channel.ack(context.getMessage() as ConsumeMessage);
    } catch {
      // The channel closed meanwhile: the broker gives the request to another instance, the caller times out at worst.
    }
  }
}

/** A fault the caller is told: `throw rpcFault('unavailable')`. Anything else thrown becomes `internal`. */
export function rpcFault(code: 'unavailable' | 'bad-request' | 'internal'): RpcException {
  return new RpcException({ code });
}

function hasHonestPattern(message: ConsumeMessage): boolean {
  try {
    const body = JSON.parse(message.content.toString('utf8')) as { pattern?: unknown };
    return body.pattern === message.fields.routingKey;
  } catch {
    return false;
  }
}

function isLast(message: unknown): boolean {
  return (message as { isDisposed?: boolean } | null)?.isDisposed === true;
}
