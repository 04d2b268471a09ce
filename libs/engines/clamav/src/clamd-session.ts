import { type NetConnectOpts, type Socket, createConnection } from 'node:net';
import type { EngineErrorCode } from '@sluice/contracts';
import { describeFailure, placeOf } from './connection-failure.js';

/** clamd could not be asked, or did not answer. */
export class ClamdError extends Error {
  override readonly name = 'ClamdError';

  constructor(
    readonly code: EngineErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const maxReplyBytes = 4096;
const connectTimeoutMs = 5000;
const instream = Buffer.from('zINSTREAM\0');
const endOfStream = Buffer.alloc(4);

/**
 * One connection with clamd's IDSESSION, one command at a time. Answers come numbered (`7: stream: OK`); an answer
 * with another number than expected ends the session. After any error the connection is gone.
 */
export class ClamdSession {
  private readonly socket: Socket;
  private commandCount = 0;
  private received = '';
  private waiting: { resolve: (reply: string) => void; reject: (error: ClamdError) => void } | null = null;
  private failure: ClamdError | null = null;
  private isEnding = false;
  /** It has everything that it is to examine, and has not answered. */
  private isExamining = false;
  /** By `performance.now()`. */
  readonly sinceMs = performance.now();
  /** Of the clamd at the other end, when it was last asked; empty before. */
  version = '';

  private constructor(private readonly address: NetConnectOpts) {
    this.socket = createConnection(address);
    this.socket.on('data', (chunk) => this.hear(chunk));
    this.socket.on('error', (cause) => {
      this.fail(this.lossCode, describeFailure(address, cause), { cause });
    });
    this.socket.on('close', () =>
      this.fail(this.lossCode, `clamd closed the connection at ${placeOf(address)}`),
    );
  }

  static async open(address: NetConnectOpts, timeoutMs: number): Promise<ClamdSession> {
    const session = new ClamdSession(address);
    await session.within(Math.min(timeoutMs, connectTimeoutMs), 'unreachable', async () => {
      await session.firstOf('connect');
      if (session.failure !== null) throw session.failure;
    });
    session.socket.write('zIDSESSION\0');
    return session;
  }

  get isAlive(): boolean {
    return this.failure === null;
  }

  /** clamd, or what is between, closed it: neither this end did, nor is it an answer that came too late. */
  get wasLost(): boolean {
    const code = this.failure?.code;
    return (code === 'unreachable' || code === 'broke-off') && !this.isEnding;
  }

  /** VERSION or PING: the answer without its number. */
  command(name: string, timeoutMs: number): Promise<string> {
    return this.within(timeoutMs, 'timeout', () => {
      const reply = this.expectReply();
      this.socket.write(`z${name}\0`);
      return reply;
    });
  }

  /** INSTREAM: sends the bytes as they come and gives clamd's answer. */
  scan(bytes: AsyncIterable<Uint8Array>, timeoutMs: number): Promise<string> {
    return this.within(timeoutMs, 'timeout', async () => {
      const reply = this.expectReply();
      // Observed even when sending fails first.
      reply.catch(() => undefined);
      await this.send(bytes);
      this.isExamining = true;
      return reply.finally(() => (this.isExamining = false));
    });
  }

  /** Announces so many bytes, and sends none. True: clamd said at once that they are too many. Ends the session. */
  async refusesStream(sizeBytes: number, waitMs: number): Promise<boolean> {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sizeBytes, 0);
    try {
      return await this.within(waitMs, 'timeout', async () => {
        const reply = this.expectReply();
        this.socket.write(Buffer.concat([instream, length]));
        return (await reply).endsWith('size limit exceeded. ERROR');
      });
    } catch (error) {
      if (error instanceof ClamdError && error.code === 'timeout') return false;
      throw error;
    } finally {
      this.destroy();
    }
  }

  /** Never leaves a connection behind; a command under way rejects. */
  destroy(): void {
    this.isEnding ||= this.isAlive;
    this.fail('unreachable', 'the session was ended');
  }

  /** Says goodbye, so that clamd frees its thread at once. */
  end(): void {
    this.isEnding ||= this.isAlive;
    if (this.isAlive) this.socket.end('zEND\0');
    this.fail('unreachable', 'the session was ended');
  }

  private async send(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    // With the first bytes, in one system call.
    let command: Buffer | null = instream;
    try {
      for await (const chunk of bytes) {
        // An early answer (too large) or a broken connection: the rest is not needed.
        if (this.waiting === null || this.failure !== null) return;
        if (chunk.length === 0) continue;
        await this.sendChunk(chunk, command);
        command = null;
      }
    } catch (cause) {
      throw this.fail('source-failed', 'the bytes could not be read', { cause });
    }
    this.socket.write(command === null ? endOfStream : Buffer.concat([command, endOfStream]));
  }

  private async sendChunk(chunk: Uint8Array, command: Buffer | null): Promise<void> {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(chunk.length, 0);
    this.socket.cork();
    if (command !== null) this.socket.write(command);
    this.socket.write(length);
    const hasRoom = this.socket.write(chunk);
    this.socket.uncork();
    if (!hasRoom) await this.firstOf('drain');
  }

  private get lossCode(): EngineErrorCode {
    return this.isExamining ? 'broke-off' : 'unreachable';
  }

  /** The event, or the end of the connection. */
  private firstOf(event: 'connect' | 'drain'): Promise<void> {
    const { socket } = this;
    if (socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        socket.off(event, done);
        socket.off('close', done);
        resolve();
      };
      socket.once(event, done);
      socket.once('close', done);
    });
  }

  private expectReply(): Promise<string> {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.commandCount += 1;
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  private hear(chunk: Buffer): void {
    this.received += chunk.toString('utf8');
    if (this.received.length > maxReplyBytes) return void this.fail('bad-answer', 'clamd said too much');
    const end = this.received.indexOf('\0');
    if (end < 0) return;
    const line = this.received.slice(0, end);
    this.received = this.received.slice(end + 1);
    const { waiting } = this;
    const numbered = /^(\d+): (.*)$/s.exec(line);
    const isMine = numbered === null ? line.endsWith(' ERROR') : Number(numbered[1]) === this.commandCount;
    if (waiting === null || !isMine || this.received !== '')
      return void this.fail('bad-answer', 'clamd answered out of turn');
    this.waiting = null;
    // Without a number it is the error of a session clamd gives up.
    if (numbered === null) this.fail('unreachable', 'clamd ended the session');
    waiting.resolve(numbered?.[2] ?? line);
  }

  private async within<Result>(
    timeoutMs: number,
    code: EngineErrorCode,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const timer = setTimeout(() => {
      this.fail(code, `no answer of clamd at ${placeOf(this.address)} within ${timeoutMs} ms`);
    }, timeoutMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }

  /** First reason wins. */
  private fail(code: EngineErrorCode, message: string, options?: ErrorOptions): ClamdError {
    if (this.failure !== null) return this.failure;
    this.failure = new ClamdError(code, message, options);
    if (!this.socket.writableEnded) this.socket.destroy();
    else this.socket.destroySoon();
    this.waiting?.reject(this.failure);
    this.waiting = null;
    return this.failure;
  }
}
