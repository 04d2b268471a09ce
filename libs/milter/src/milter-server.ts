import { once } from 'node:events';
import { createServer, type AddressInfo, type ListenOptions, type Server, type Socket } from 'node:net';
import { within } from '@sluice/timing';
import { answerHealthRequest, firstBytes, isHttp } from './health-request.js';
import { MilterConnection } from './milter-connection.js';
import { resolveOptions, type MilterOptions, type ResolvedOptions } from './milter-options.js';

const keepAliveMs = 60_000;

/**
 * The filter's side of the milter protocol, versions 2 to 6: what Postfix and Sendmail ask before they take a mail.
 *
 * ```ts
 * const server = new MilterServer({
 *   actions: ['add-headers'],
 *   handlers: {
 *     async handleMessage({ content, sender }) {
 *       const isGood = await look(content);
 *       return isGood ? { answer: { kind: 'continue' } } : { answer: { kind: 'reject' } };
 *     },
 *   },
 * });
 * await server.listen({ host: '127.0.0.1', port: 8891 });
 * ```
 *
 * A message is never answered `continue` by the library itself: whatever goes wrong is `whenFailed`, a temporary refusal.
 */
export class MilterServer {
  private readonly options: ResolvedOptions;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly connections = new Map<MilterConnection, Promise<void>>();
  private isClosing = false;

  constructor(options: MilterOptions) {
    this.options = resolveOptions(options);
    this.server = createServer({ keepAlive: true, keepAliveInitialDelay: keepAliveMs, noDelay: true });
    this.server.maxConnections = this.options.limits.connections;
    this.server.on('connection', (socket) => this.take(socket));
    this.server.on('drop', () => this.options.report({ kind: 'connections-exceeded' }));
  }

  /** On a port (0: a free one) or a Unix socket. Rejects as `net.Server` does. */
  async listen(options: ListenOptions): Promise<void> {
    const listening = once(this.server, 'listening');
    this.server.listen(options);
    await listening;
  }

  /** Of a server that listens on a port. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connectionCount(): number {
    return this.sockets.size;
  }

  /** Takes nothing more, lets the messages that are open be answered for `graceMs`, then hangs up: their MTAs try again. */
  async close(graceMs = 0): Promise<void> {
    this.isClosing = true;
    const closed = this.server.listening ? once(this.server, 'close') : Promise.resolve();
    this.server.close();
    for (const connection of this.connections.keys()) connection.stop();
    await within(graceMs, Promise.all(this.connections.values()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private take(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // A reset connection is told by `close` too.
    socket.on('error', () => undefined);
    if (!this.isAllowed(socket)) return;
    const { handshakeMs } = this.options.limits;
    const silence = setTimeout(() => socket.destroy(), handshakeMs);
    socket.on('close', () => clearTimeout(silence));
    let start = Buffer.alloc(0);
    const listen = (chunk: Buffer): void => {
      start = Buffer.concat([start, chunk]);
      if (start.length < firstBytes) return;
      clearTimeout(silence);
      socket.off('data', listen);
      if (isHttp(start)) answerHealthRequest(socket, start, handshakeMs);
      else this.serve(socket, start);
    };
    socket.on('data', listen);
  }

  /** A Unix socket has no addresses: its file says who may connect. */
  private isAllowed(socket: Socket): boolean {
    const peer = socket.remoteAddress;
    if (peer === undefined || this.options.isAllowed(peer)) return true;
    this.options.report({ kind: 'not-allowed', peer });
    socket.destroy();
    return false;
  }

  private serve(socket: Socket, start: Buffer): void {
    socket.pause();
    socket.unshift(start);
    const connection = new MilterConnection(socket, this.options);
    const done = connection.run().finally(() => this.connections.delete(connection));
    this.connections.set(connection, done);
    if (this.isClosing) connection.stop();
    socket.resume();
  }
}
