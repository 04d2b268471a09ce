import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AnswerReader, type WireAnswer } from './answer-reader.js';

export interface WireTarget {
  readonly host: string;
  readonly port: number;
  /** Null: plain HTTP. */
  readonly identity: { readonly certPem: string; readonly keyPem: string } | null;
}

/** `unsent`: the connection was refused or never stood. `broken`: it ended before the answer did. */
export class WireError extends Error {
  override readonly name = 'WireError';
  constructor(
    readonly code: 'unsent' | 'broken' | 'timeout',
    message: string,
  ) {
    super(message);
  }
}

/** A request's bytes, head included; pieces are written one after the other, as fast as the server takes them. */
export type WireRequest = Iterable<Buffer> | AsyncIterable<Buffer>;

interface Exchange {
  readonly reader: AnswerReader;
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: WireError) => void;
}

/**
 * One keep-alive HTTP/1.1 connection that costs next to no CPU, so that a measurement on a small machine measures the
 * server. One request at a time; connects when it is first needed, and again after it was closed.
 */
export class WireConnection {
  private socket: Socket | null = null;
  private exchange: Exchange | null = null;
  private session: Buffer | undefined;

  constructor(private readonly target: WireTarget) {}

  async send(
    request: WireRequest,
    options: { readonly timeoutMs: number; readonly onPiece?: (piece: Buffer) => void },
  ): Promise<WireAnswer> {
    const socket = this.socket ?? (await this.open(options.timeoutMs));
    const answer = new Promise<WireAnswer>((resolve, reject) => {
      this.exchange = { reader: new AnswerReader(options.onPiece), resolve, reject };
    });
    const timer = setTimeout(
      () => this.fail(new WireError('timeout', `no answer in ${options.timeoutMs} ms`)),
      options.timeoutMs,
    );
    void this.write(socket, request).catch(() => undefined);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.socket?.destroy();
    this.socket = null;
  }

  private async write(socket: Socket, request: WireRequest): Promise<void> {
    for await (const piece of request) {
      if (socket.destroyed || this.exchange === null) return;
      if (socket.write(piece)) continue;
      await new Promise<void>((resolve) => {
        const goOn = (): void => {
          socket.off('drain', goOn);
          socket.off('close', goOn);
          resolve();
        };
        socket.once('drain', goOn);
        socket.once('close', goOn);
      });
    }
  }

  private open(timeoutMs: number): Promise<Socket> {
    const { host, port, identity } = this.target;
    return new Promise((resolve, reject) => {
      const opened = (): void => {
        socket.setTimeout(0);
        this.socket = socket;
        resolve(socket);
      };
      const socket =
        identity === null
          ? connectPlain({ host, port, noDelay: true }, opened)
          : connectTls(
              {
                host,
                port,
                cert: identity.certPem,
                key: identity.keyPem,
                rejectUnauthorized: false,
                ...(this.session === undefined ? {} : { session: this.session }),
              },
              opened,
            );
      socket.setNoDelay(true);
      socket.on('session', (session: Buffer) => (this.session = session));
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error('connecting took too long')));
      socket.on('data', (chunk: Buffer) => this.read(chunk));
      socket.on('error', (error) => {
        reject(new WireError('unsent', error.message));
        this.fail(new WireError('broken', error.message));
      });
      socket.on('close', () => {
        reject(new WireError('unsent', 'closed while connecting'));
        if (this.socket === socket) this.fail(new WireError('broken', 'the server closed the connection'));
      });
    });
  }

  private read(chunk: Buffer): void {
    const { exchange } = this;
    if (exchange === null) return;
    exchange.reader.add(chunk);
    const { answer } = exchange.reader;
    if (answer === null) return;
    this.exchange = null;
    if (answer.isLast) this.close();
    exchange.resolve(answer);
  }

  private fail(error: WireError): void {
    const { exchange } = this;
    this.exchange = null;
    this.close();
    exchange?.reject(error);
  }
}
