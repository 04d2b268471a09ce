import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { TestCaller } from './start-test-gateway.js';

/** A TLS connection on which a spec says exactly what it wants to say. */
export class RawClient {
  received = '';
  isClosed = false;
  private readonly listeners = new Set<() => void>();

  private constructor(readonly socket: TLSSocket) {
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
      this.changed();
    });
    const closed = (): void => {
      this.isClosed = true;
      this.changed();
    };
    socket.on('close', closed);
    socket.on('error', () => undefined); // resets are told by isClosed
  }

  static connect(
    port: number,
    caller: TestCaller | null,
    options: ConnectionOptions & { readonly localAddress?: string } = {},
  ): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const identity = caller === null ? {} : { cert: caller.certPem, key: caller.keyPem };
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...identity, ...options });
      const client = new RawClient(socket);
      socket.once('secureConnect', () => resolve(client));
      socket.once('error', reject);
    });
  }

  send(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  /** Waits, up to a deadline, for something to be true of what was received. */
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
        reject(new Error(`not in time; closed: ${this.isClosed}, received: ${this.received.slice(0, 2000)}`));
      }, deadlineMs);
      this.listeners.add(check);
      check();
    });
  }

  close(): Promise<void> {
    this.socket.destroy();
    return this.until(() => this.isClosed);
  }

  get statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** Waits for a condition that no socket tells of. */
export async function eventually(
  isTrue: () => boolean | Promise<boolean>,
  deadlineMs = 90_000,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('did not become true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
