import { RmqRecordBuilder } from '@nestjs/microservices';
import { exchanges, rpcTimeoutMs, type RpcDefinition } from '@sluice/contracts';
import { firstValueFrom, merge, Subject, timeout, TimeoutError, throwError, mergeMap } from 'rxjs';
import { LedgerClientTransport } from './ledger-client-transport.js';
import type { RpcLogger } from './rpc-logger.js';
import { RpcError, type RpcFaultCode } from './rpc.errors.js';
import { retrySeconds } from './tend-connection.js';
import { within } from './within.js';

export interface RpcClientOptions {
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  readonly heartbeatSeconds: number;
  readonly logger: RpcLogger;
}

/** A broker that accepts the connection and then stays silent counts as unreachable. */
const connectTimeoutMs = 5000;
/** A frozen broker does not answer a good-bye either. */
const closeTimeoutMs = 2000;

/** Requests to `results`. Never keeps one for later: disconnected means an error at once. */
export class RpcClient {
  private readonly transport: LedgerClientTransport;
  private readonly lost = new Subject<void>();
  private isClosed = false;
  private failures = 0;
  private retryTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RpcClientOptions) {
    this.transport = new LedgerClientTransport(
      {
        urls: [options.url],
        // With wildcards the pattern is the routing key on the exchange.
        wildcards: true,
        queue: exchanges.rpc.name,
        exchange: exchanges.rpc.name,
        persistent: false,
        socketOptions: {
          heartbeatIntervalInSeconds: options.heartbeatSeconds,
          connectionOptions: {
            noDelay: true,
            timeout: connectTimeoutMs,
            clientProperties: { connection_name: options.name },
          },
        },
      },
      options.logger,
      options.name,
    );
    this.transport.onLost(() => this.lost.next());
  }

  /** Starts connecting; the connection comes when the broker does, and comes back when it went. */
  connect(): void {
    if (this.isClosed) return;
    this.transport.connect().catch((err: unknown) => {
      this.options.logger.debug({ err }, 'request channel not open yet');
      if (this.isClosed) return;
      this.retryTimer = setTimeout(() => this.connect(), 1000 * retrySeconds(this.failures));
      this.failures += 1;
    });
  }

  get isConnected(): boolean {
    return this.transport.isOpen;
  }

  /** A readiness check. */
  assertReady(): void {
    if (!this.isConnected) throw new RpcError('disconnected', 'no request channel to the broker');
  }

  /** Asks and waits. Rejects with RpcError. The request expires on the broker when nobody took it in time. */
  async ask<Request, Answer>(
    definition: RpcDefinition<Request, Answer>,
    request: Request,
    options: { timeoutMs?: number } = {},
  ): Promise<Answer> {
    this.assertReady();
    const timeoutMs = options.timeoutMs ?? rpcTimeoutMs;
    const record = new RmqRecordBuilder(request).setOptions({ expiration: timeoutMs }).build();
    const broken = this.lost.pipe(
      mergeMap(() =>
        throwError(() => new RpcError('disconnected', 'the connection broke before the answer')),
      ),
    );
    const answer = await firstValueFrom(
      merge(this.transport.send<unknown>(definition.pattern, record), broken).pipe(
        timeout({ first: timeoutMs }),
      ),
    ).catch((error: unknown) => {
      throw toRpcError(error);
    });
    const parsed = definition.answer.safeParse(answer);
    if (!parsed.success) throw new RpcError('bad-answer', `unexpected answer to ${definition.pattern}`);
    return parsed.data;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.retryTimer);
    // Before Nest ends them with an error that looks like one from the other side.
    this.lost.next();
    await within(closeTimeoutMs, this.transport.close());
  }
}

export function createRpcClient(options: RpcClientOptions): RpcClient {
  return new RpcClient(options);
}

const faultCodes: readonly string[] = ['unavailable', 'bad-request', 'internal'] satisfies RpcFaultCode[];

function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof TimeoutError)
    return new RpcError('timeout', 'no answer in time', null, { cause: error });
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && faultCodes.includes(code))
    return new RpcError('remote', `refused there: ${code}`, code as RpcFaultCode);
  return new RpcError('remote', 'failed there', 'internal', { cause: error });
}
