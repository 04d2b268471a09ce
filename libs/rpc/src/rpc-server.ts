import { Logger, type LoggerService } from '@nestjs/common';
import {
  RpcException,
  ServerRMQ,
  type CustomTransportStrategy,
  type RmqContext,
} from '@nestjs/microservices';
import { exchanges, queues } from '@sluice/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
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
  private hasConsumer = false;
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
    if (!this.hasConsumer) throw new Error('not taking requests from the broker');
  }

  override async close(): Promise<void> {
    this.isClosing = true;
    await within(closeTimeoutMs, super.close());
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
    let consuming: Promise<unknown> = Promise.resolve();
    const consume = channel.consume.bind(channel);
    channel.consume = (...given) => {
      const answer = consume(...given);
      consuming = answer;
      return answer;
    };
    await super.setupChannel(channel, () => undefined);
    await consuming;
    this.hasConsumer = true;
    callback();
  }

  private get tell(): RpcLogger {
    return this.given.logger ?? silent;
  }

  private get isConnected(): boolean {
    return (this.server as ManagedConnection | null)?.isConnected() === true;
  }

  private channelClosed(): void {
    this.hasConsumer = false;
    if (!this.isClosing) renewConnection(this.server as ManagedConnection | null);
  }

  override async handleMessage(received: Record<string, unknown> | null, channel: Channel): Promise<void> {
    const message = received as ConsumeMessage | null;
    if (message === null) {
      this.hasConsumer = false;
      await channel.close();
      return;
    }
    if (!hasHonestPattern(message)) {
      this.logger.warn('request refused: its pattern is not its routing key');
      channel.nack(message, false, false);
      return;
    }
    await super.handleMessage(message, channel);
  }

  override sendMessage<T>(message: T, replyTo: unknown, correlationId: string, context: RmqContext): void {
    const channel = context.getChannelRef() as Channel;
    try {
      super.sendMessage(message, replyTo, correlationId, context);
      if (isLast(message)) channel.ack(context.getMessage() as ConsumeMessage);
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
