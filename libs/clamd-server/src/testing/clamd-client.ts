import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';

/** A client that says exactly what a spec wants to say. */
export class ClamdClient {
  received = '';
  isEnded = false;
  private readonly listeners = new Set<() => void>();

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
      this.changed();
    });
    const ended = (): void => {
      this.isEnded = true;
      this.changed();
    };
    socket.on('end', ended).on('close', ended);
    socket.on('error', () => undefined);
  }

  static connect(to: { port: number } | { path: string }): Promise<ClamdClient> {
    const socket = connectPlain({ host: '127.0.0.1', ...to, allowHalfOpen: true });
    return ClamdClient.ready(socket, 'connect');
  }

  static connectTls(port: number, options: ConnectionOptions): Promise<ClamdClient> {
    return ClamdClient.ready(connectTls({ host: '127.0.0.1', port, ...options }), 'secureConnect');
  }

  private static ready(socket: Socket, event: string): Promise<ClamdClient> {
    return new Promise((resolve, reject) => {
      const client = new ClamdClient(socket);
      socket.once(event, () => resolve(client));
      socket.once('error', reject);
    });
  }

  say(...pieces: (string | Buffer)[]): this {
    this.socket.write(Buffer.concat(pieces.map((piece) => Buffer.from(piece as string, 'latin1'))));
    return this;
  }

  /** Everything that is answered until the server ends the connection. */
  async answer(): Promise<string> {
    await this.until(() => this.isEnded);
    this.socket.destroy();
    return this.received;
  }

  until(isTrue: () => boolean, deadlineMs = 90_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!isTrue()) return;
        clearTimeout(timer);
        this.listeners.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        this.listeners.delete(check);
        reject(new Error(`not in time; ended: ${this.isEnded}, received: ${this.received.slice(0, 500)}`));
      }, deadlineMs);
      this.listeners.add(check);
      check();
    });
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** An object as INSTREAM has it, in chunks of at most `chunkBytes`. */
export function streamOf(bytes: Buffer, chunkBytes = bytes.length || 1): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    pieces.push(lengthOf(chunk.length), chunk);
  }
  return Buffer.concat([...pieces, lengthOf(0)]);
}

export function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes, 0);
  return length;
}
