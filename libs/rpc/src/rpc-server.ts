import { RpcException, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { queues } from '@sluice/contracts';
import { lastValueFrom } from 'rxjs';
import type { RequestConsumer, RequestDelivery, RequestSource } from './rpc-broker.js';
import { rpcFaultCodes, rpcRequestSchema, type RpcFaultCode, type RpcReply } from './rpc-message.js';

export interface RpcServerOptions {
  readonly broker: RequestSource;
  /** Requests in flight at once. */
  readonly prefetch: number;
}

/** Longer than any request may take. */
const finishMs = 5000;

/**
 * Nest's `@MessagePattern` handlers on the queue of ledger requests.
 *
 * | request                                        | becomes                                              |
 * |------------------------------------------------|------------------------------------------------------|
 * | from a service its routing key doesn't name    | dropped (`libs/broker`)                              |
 * | unreadable, or of a pattern no handler has     | answered `bad-request`, ack                          |
 * | handled                                        | answered, then ack: one that a killed instance had in |
 * |                                                | flight goes to another                               |
 */
export class RpcServer extends Server implements CustomTransportStrategy {
  private consumer: RequestConsumer | null = null;

  constructor(private readonly options: RpcServerOptions) {
    super();
  }

  listen(callback: () => void): void {
    const { broker, prefetch } = this.options;
    this.consumer = broker.consume({
      queue: queues.ledgerRpc,
      prefetch,
      onMessage: async (delivery) => {
        delivery.reply(await this.answer(delivery));
        return 'ack';
      },
    });
    callback();
  }

  /** A readiness check: are requests being taken? */
  assertReady(): void {
    if (this.consumer?.isActive !== true) throw new Error('not taking requests from the broker');
  }

  /** Takes no more requests, answers those in flight, then closes. */
  async close(): Promise<void> {
    await this.consumer?.stop(finishMs);
  }

  override on(): never {
    throw new Error('this transport has no events');
  }

  override unwrap<T>(): T {
    return this.options.broker as T;
  }

  private async answer({ content, routingKey }: RequestDelivery): Promise<RpcReply> {
    const request = rpcRequestSchema.safeParse(content);
    const handler = this.getHandlerByPattern(routingKey);
    if (!request.success || handler === null) return { fault: 'bad-request' };
    try {
      const answered = await handler(request.data.data, { pattern: routingKey });
      return { answer: await lastValueFrom(this.transformToObservable(answered), { defaultValue: null }) };
    } catch (error) {
      return { fault: faultOf(error) };
    }
  }
}

/** A fault the caller is told: `throw rpcFault('unavailable')`. Anything else thrown becomes `internal`. */
export function rpcFault(code: RpcFaultCode): RpcException {
  return new RpcException({ code });
}

/** Exception filters have made it what `RpcException.getError` answers, and have logged it. */
function faultOf(error: unknown): RpcFaultCode {
  const code = (error as { code?: unknown } | null)?.code;
  return rpcFaultCodes.find((known) => known === code) ?? 'internal';
}
