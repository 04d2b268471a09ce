import {
  RpcException,
  ServerRMQ,
  type CustomTransportStrategy,
  type RmqContext,
} from '@nestjs/microservices';
import { exchanges, queues } from '@sluice/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';

export interface RpcServerOptions {
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  /** Requests in hand at once. */
  readonly prefetch: number;
  readonly heartbeatSeconds: number;
}

/**
 * Nest's RMQ server for the queue of ledger requests, with what a dependable edge needs:
 * - the queue is declared on each channel, so that a wiped broker is served again;
 * - a request is acknowledged after its answer was sent: one that a killed instance had in hand goes to another;
 * - the pattern in the body has to be the routing key, because the broker's topic permissions checked only that;
 * - a channel that closes alone brings a new connection instead of silence.
 */
export class RpcServer extends ServerRMQ implements CustomTransportStrategy {
  private hasConsumer = false;
  private isClosing = false;

  constructor(options: RpcServerOptions) {
    super({
      urls: [options.url],
      queue: queues.ledgerRpc.name,
      noAck: false,
      noAssert: true,
      prefetchCount: options.prefetch,
      socketOptions: {
        heartbeatIntervalInSeconds: options.heartbeatSeconds,
        reconnectTimeInSeconds: 1,
        connectionOptions: {
          noDelay: true,
          timeout: 5000,
          clientProperties: { connection_name: options.name },
        },
      },
    });
  }

  /** A readiness check: are requests being taken? */
  assertReady(): void {
    if (!this.hasConsumer) throw new Error('not taking requests from the broker');
  }

  override async close(): Promise<void> {
    this.isClosing = true;
    await super.close();
  }

  override async setupChannel(channel: Channel, callback: () => void): Promise<void> {
    channel.once('close', () => this.channelClosed());
    await channel.assertExchange(exchanges.rpc.name, exchanges.rpc.type, { durable: true });
    await channel.assertQueue(queues.ledgerRpc.name, {
      durable: true,
      arguments: queues.ledgerRpc.arguments,
    });
    await channel.bindQueue(queues.ledgerRpc.name, exchanges.rpc.name, queues.ledgerRpc.routingKey);
    await super.setupChannel(channel, callback);
    this.hasConsumer = true;
  }

  private channelClosed(): void {
    this.hasConsumer = false;
    // A turn later a lost connection is known as such: it reconnects by itself, and this is a noop then.
    setImmediate(() => {
      if (!this.isClosing) this.server?.reconnect();
    });
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
