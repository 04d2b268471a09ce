import { createServer as createPlainServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { ClamdHandler } from './clamd-handler.js';
import { clamdLimits } from './clamd-limits.js';
import type { ClamdLimit, ClamdLimits } from './clamd-limits.js';
import { Connection } from './connection.js';
import { describeLoad } from './describe-load.js';
import { listenOn } from './listen-address.js';
import type { ListenAddress } from './listen-address.js';

/** PEM. With `clientAuthorities` only clients with a certificate of theirs are served. */
export interface ClamdTls {
  readonly cert: string;
  readonly key: string;
  readonly clientAuthorities?: string;
}

export interface ClamdServerOptions {
  readonly handler: ClamdHandler;
  readonly limits?: Partial<ClamdLimits>;
  readonly tls?: ClamdTls;
  /** Who may connect, by address; all when absent. Others are closed as they come. */
  readonly isAllowed?: (address: string) => boolean;
  /** A client is turned away by a bound. */
  readonly onLimit?: (limit: ClamdLimit) => void;
}

/** Serves clamd's protocol over TCP, TLS or a Unix socket. */
export class ClamdServer {
  private readonly server: Server;
  private readonly limits: ClamdLimits;
  private readonly open = new Map<Socket, { connection: Connection; served: Promise<void> }>();
  private scans = 0;

  constructor(private readonly options: ClamdServerOptions) {
    this.limits = { ...clamdLimits, ...options.limits };
    this.server = createServer(options.tls, (socket) => this.take(socket));
    this.server.maxConnections = this.limits.maxConnections;
    this.server.on('drop', () => this.reached('connections'));
  }

  get connections(): number {
    return this.open.size;
  }

  /** Streams that are being received or judged. */
  get scansInFlight(): number {
    return this.scans;
  }

  /** The port, for an address of TCP. */
  async listen(address: ListenAddress): Promise<number | null> {
    await listenOn(this.server, address);
    const bound = this.server.address();
    return typeof bound === 'object' && bound !== null ? (bound as AddressInfo).port : null;
  }

  /** Takes no more connections and commands, answers what is on its way, and cuts it off after the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const { connection } of this.open.values()) connection.stop();
    const timer = setTimeout(() => {
      for (const socket of this.open.keys()) socket.destroy();
    }, deadlineMs);
    await Promise.all([...this.open.values()].map(({ served }) => served));
    clearTimeout(timer);
    await closed;
  }

  private take(socket: Socket): void {
    if (this.options.isAllowed?.(socket.remoteAddress ?? '') === false) {
      this.reached('not-allowed');
      socket.destroy();
      return;
    }
    // A client that is gone without a word leaves its connection open for ever otherwise.
    socket.setKeepAlive(true, 60_000);
    const connection = new Connection(socket, {
      handler: this.options.handler,
      limits: this.limits,
      describeLoad: () => this.describe(),
      scansInFlight: () => this.scans,
      onScan: (change) => (this.scans += change),
      onLimit: (limit) => this.reached(limit),
    });
    const served = connection.serve().finally(() => this.open.delete(socket));
    this.open.set(socket, { connection, served });
  }

  private reached(limit: ClamdLimit): void {
    this.options.onLimit?.(limit);
  }

  private describe(): string {
    const { maxConnections, sessionIdleMs } = this.limits;
    const idleSeconds = Math.ceil(sessionIdleMs / 1000);
    return describeLoad({ connections: this.connections, maxConnections, scans: this.scans, idleSeconds });
  }
}

function createServer(tls: ClamdTls | undefined, take: (socket: Socket) => void): Server {
  // Half-open: clients that shut down their side after the last byte still read.
  const shared = { allowHalfOpen: true, noDelay: true };
  if (tls === undefined) return createPlainServer(shared, take);
  const { cert, key, clientAuthorities } = tls;
  const verified = clientAuthorities === undefined ? {} : { ca: clientAuthorities, requestCert: true };
  const options = {
    ...shared,
    ...verified,
    cert,
    key,
    minVersion: 'TLSv1.2' as const,
    handshakeTimeout: 10_000,
  };
  const server = createTlsServer({ ...options, rejectUnauthorized: clientAuthorities !== undefined }, take);
  // Strangers: a handshake that fails is no event of ours.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
