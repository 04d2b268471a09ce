import { constants } from 'node:crypto';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { KeyPair } from '@sluice/tls';
import type { GatewayLimits } from '../gateway-limits.js';
import { plainAddress } from '@sluice/runtime';
import type { AddressList } from '@sluice/runtime';
import { AddressCaps, type Stranger } from './address-caps.js';
import type { ReachedLimits } from '../reached-limits.js';
import type { OpenConnections } from './open-connections.js';
import { readProxyHeader } from './read-proxy-header.js';

interface TlsServerOptions {
  readonly keyPair: KeyPair;
  readonly limits: GatewayLimits;
  readonly proxyFrom: AddressList;
  readonly connections: OpenConnections;
  readonly reached: Pick<ReachedLimits, 'note'>;
}

/**
 * An HTTPS server that asks every caller for a certificate and believes any: the handshake proves possession of its key,
 * and who may call is decided per request (wire contract, "Who may call", 1).
 */
export function createTlsServer(options: TlsServerOptions): Server {
  const { keyPair, limits, connections, reached } = options;
  const server = createServer({
    ...secureContextOptions(keyPair),
    // The default names 1.1 alone, and clients that offer only 1.0 are then refused in the handshake.
    ALPNProtocols: ['http/1.1', 'http/1.0'],
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: limits.handshakeTimeoutMs,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckMs,
    // Bodies have rules of their own (408), a total time would end honest slow uploads.
    requestTimeout: 0,
    // Clients of HTTP/1.0 and hand-written ones send none, and nothing here depends on it.
    requireHostHeader: false,
    noDelay: true,
  });
  // Beyond its limit Node leaves headers out in silence. `maxHeaderBytes` bounds them; too many are refused.
  server.maxHeadersCount = 0;
  // No one is left at the other end, or somebody who takes no answers.
  server.timeout = limits.silenceTimeoutMs;
  server.maxConnections = limits.maxConnections;
  server.on('drop', () => reached.note('connections'));
  const callers = placeFirstStage(server, options);
  server.prependListener('secureConnection', (socket) => {
    const { remoteAddress = '', remotePort = 0 } = socket;
    const caller = callers.get(peer(remoteAddress, remotePort));
    const connection = connections.add(socket, caller?.address ?? plainAddress(remoteAddress));
    connection.onAccepted = () => caller?.becomesKnown();
    if (connections.countOf(connection) <= limits.maxConnectionsPerCertificate) return;
    reached.note('certificate-connections');
    socket.destroy();
  });
  // A handshake that fails is the caller's affair; the socket is closed already.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** Also for `setSecureContext`, which replaces the pair without a restart. */
export const secureContextOptions = ({ certPem, keyPem }: KeyPair) =>
  ({
    cert: certPem,
    key: keyPem,
    // No authorities: the request for a certificate then names none, so that clients offer whatever they have.
    ca: [] as string[],
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  }) as const;

const peer = (address: string, port: number): string => `${address} ${port}`;

/**
 * Stands between accepting a connection and TLS: reads the PROXY protocol from configured balancers, where it is
 * required, and from no one else; then closes what is beyond an address's share, before it costs a handshake. Returns
 * the callers by the other end of the connection, which is what TLS sees.
 */
function placeFirstStage(
  server: Server,
  { proxyFrom, limits, reached }: TlsServerOptions,
): Map<string, Stranger> {
  const callers = new Map<string, Stranger>();
  const caps = new AddressCaps(limits.perAddress);
  const startTls = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  const pass = (socket: Socket, address: string): void => {
    const { remoteAddress = '', remotePort = 0 } = socket;
    // Gone while its header was waited for.
    if (socket.destroyed) return;
    const caller = caps.admit(address);
    if (typeof caller === 'string') {
      reached.note(caller);
      return void socket.destroy();
    }
    const key = peer(remoteAddress, remotePort);
    callers.set(key, caller);
    socket.once('close', () => {
      caller.becomesKnown();
      // The balancer may use the port again before the old connection's end is noticed here.
      if (callers.get(key) === caller) callers.delete(key);
    });
    startTls.forEach((listener) => listener.call(server, socket));
  };
  server.on('connection', (socket: Socket) => {
    const remoteAddress = plainAddress(socket.remoteAddress ?? '');
    if (!proxyFrom.has(remoteAddress)) return pass(socket, remoteAddress);
    void readProxyHeader(socket, limits.proxyHeaderTimeoutMs).then(({ address }) =>
      pass(socket, plainAddress(address ?? remoteAddress)),
    );
  });
  return callers;
}
