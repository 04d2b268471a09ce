import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallerConnection, OpenRequest } from '../accept-connections/caller-connection.js';
import type { GatewayLimits } from '../gateway-limits.js';
import type { Answer } from './answer.js';
import { drainRequest } from './drain-request.js';
import { parseRequestTarget } from './request-target.js';
import type { RequestTarget } from './request-target.js';

const requestIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

interface ExchangeOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: CallerConnection;
  readonly drain: GatewayLimits['drain'];
  readonly writeStallMs: number;
  /** The caller waits for `100 Continue` before it sends the body. */
  readonly isContinueExpected: boolean;
  /** While the gateway stops every answer is the last one of its connection. */
  readonly isStopping: () => boolean;
}

/** One request and its answer. */
export class Exchange implements OpenRequest {
  readonly request: IncomingMessage;
  readonly connection: CallerConnection;
  readonly target: RequestTarget;
  readonly requestId: string;
  private readonly response: ServerResponse;
  private goneController: AbortController | null = null;
  private isGone = false;
  private isContinueExpected: boolean;

  constructor(private readonly options: ExchangeOptions) {
    const { request, response } = options;
    this.request = request;
    this.response = response;
    this.connection = options.connection;
    this.isContinueExpected = options.isContinueExpected;
    this.target = parseRequestTarget(request.url ?? '');
    this.requestId = echoedId(request.headers['x-request-id']) ?? randomUUID();
    this.connection.openRequests.add(this);
    // The caller said so, or speaks HTTP/1.0.
    if (!response.shouldKeepAlive) this.connection.isEnding = true;
    response.on('close', () => {
      this.connection.openRequests.delete(this);
      this.isGone = true;
      this.goneController?.abort();
    });
    // Writing to a caller who is gone; the close says what matters.
    response.on('error', () => undefined);
  }

  /** Aborted when the caller is gone. Made for those who ask: making and aborting one costs as much as a small answer. */
  get gone(): AbortSignal {
    this.goneController ??= new AbortController();
    if (this.isGone) this.goneController.abort();
    return this.goneController.signal;
  }

  get isReceived(): boolean {
    return this.request.complete;
  }

  get isAnswered(): boolean {
    return this.response.headersSent;
  }

  get hasBody(): boolean {
    const { headers } = this.request;
    return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  }

  /** Content-Length; null when the body is chunked. */
  get declaredBytes(): number | null {
    const length = this.request.headers['content-length'];
    return length === undefined ? null : Number(length);
  }

  get needsContinue(): boolean {
    return this.isContinueExpected;
  }

  sendContinue(): void {
    this.isContinueExpected = false;
    this.response.writeContinue();
  }

  /** `isLast`: the connection ends with it, although the whole request came. */
  async send(answer: Answer, isLast = false): Promise<void> {
    if (this.response.headersSent || this.isGone) return;
    const isEarly = this.hasBody && !this.request.complete;
    this.writeHead(answer, isEarly || isLast);
    if (!isEarly) {
      this.response.end(answer.body);
      return;
    }
    // Ending the response would close the connection at once, and unread bytes turn that into a reset
    // that can take the answer from the caller. So: the whole answer first, the end after the rest was read.
    this.response.write(answer.body ?? '');
    await drainRequest(this.request, this.options.drain, this.isContinueExpected);
    this.response.end();
  }

  /** Sends a body piece by piece, no faster than the caller reads. Breaks the connection when `pieces` fails half-way. */
  async stream(answer: Answer, pieces: AsyncIterable<string>): Promise<void> {
    this.writeHead(answer, this.hasBody && !this.request.complete);
    try {
      for await (const piece of pieces) {
        if (this.isGone) return;
        if (!this.response.write(piece)) await this.writable();
      }
      this.response.end();
    } catch (error) {
      this.connection.socket.destroy();
      throw error;
    }
  }

  private writeHead({ status, contentType, body, headers = {} }: Answer, isLast: boolean): void {
    const lines = ['X-Request-Id', this.requestId];
    if (isLast || this.options.isStopping()) {
      lines.push('Connection', 'close');
      this.connection.isEnding = true;
    }
    if (contentType !== undefined) lines.push('Content-Type', contentType);
    if (body !== undefined) lines.push('Content-Length', String(Buffer.byteLength(body)));
    for (const [name, value] of Object.entries(headers)) lines.push(name, value);
    // As one list: headers set one by one are checked and copied one by one.
    this.response.writeHead(status, lines);
  }

  /** A caller that does not read for too long is let go. */
  private writable(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.connection.socket.destroy(), this.options.writeStallMs);
      const go = (): void => {
        clearTimeout(timer);
        this.response.off('drain', go);
        this.response.off('close', go);
        resolve();
      };
      this.response.on('drain', go);
      this.response.on('close', go);
    });
  }
}

const echoedId = (header: string | string[] | undefined): string | null =>
  typeof header === 'string' && requestIdPattern.test(header) ? header : null;
