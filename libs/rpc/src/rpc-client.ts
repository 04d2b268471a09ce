import { exchanges, rpcTimeoutMs, type RpcDefinition } from '@sluice/contracts';
import type { RequestChannel } from './rpc-broker.js';
import { rpcReplySchema } from './rpc-message.js';
import { RpcError } from './rpc.errors.js';

/** Requests to `results`. Never keeps one for later: disconnected means an error at once. */
export class RpcClient {
  constructor(private readonly requests: RequestChannel) {}

  get isConnected(): boolean {
    return this.requests.isOpen;
  }

  /** A readiness check. */
  assertReady(): void {
    if (this.isConnected) return;
    throw new RpcError('disconnected', this.requests.problem ?? 'no request can be sent to the broker now');
  }

  /** Asks and waits. Rejects with RpcError. The request expires on the broker when no one took it in time. */
  async ask<Request, Answer>(
    definition: RpcDefinition<Request, Answer>,
    request: Request,
    { timeoutMs = rpcTimeoutMs }: { timeoutMs?: number } = {},
  ): Promise<Answer> {
    const { pattern } = definition;
    const message = { data: request };
    const raw = await this.requests
      .request({ exchange: exchanges.rpc.name, routingKey: pattern, message, timeoutMs })
      .catch((error: unknown) => {
        throw toRpcError(error);
      });
    const reply = rpcReplySchema.safeParse(raw);
    if (!reply.success) throw new RpcError('bad-answer', `unreadable answer to ${pattern}`);
    if ('fault' in reply.data)
      throw new RpcError('remote', `refused there: ${reply.data.fault}`, reply.data.fault);
    const answer = definition.answer.safeParse(reply.data.answer);
    if (!answer.success) throw new RpcError('bad-answer', `unexpected answer to ${pattern}`);
    return answer.data;
  }

  /** Ends what waits. */
  close(): Promise<void> {
    return this.requests.close();
  }
}

/** Whatever else kept the broker from bringing an answer: it was not sent, or went with its connection. */
function toRpcError(cause: unknown): RpcError {
  const isLate = (cause as { code?: unknown } | null)?.code === 'timeout';
  const { message } = cause as Error;
  return new RpcError(isLate ? 'timeout' : 'disconnected', message, null, { cause });
}
