import { createTransport } from 'nodemailer';
import type { ReleaseReceiver } from './release-receiver.js';

export type ReleaseTransport = ReturnType<typeof releaseTransport>;

/** Messages at once, each over a connection that is kept. */
export const releasesAtOnce = 8;
const connectionTimeoutMs = 10_000;
/** A receiver with filters of its own answers late: RFC 5321 has clients wait ten minutes for the end of the data. */
const socketTimeoutMs = 600_000;
const idleTimeoutMs = 30_000;

export function releaseTransport(receiver: ReleaseReceiver, hostName: string) {
  const { host, port, security, username, password } = receiver;
  return createTransport({
    pool: true,
    maxConnections: releasesAtOnce,
    // A message whose connection ended is tried again by its row, with a stream of its own: never with a half-read one.
    maxRequeues: 0,
    idleTimeout: idleTimeoutMs,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    name: hostName,
    ...(username === null ? {} : { auth: { user: username, pass: password ?? '' } }),
    tls: { minVersion: 'TLSv1.2' },
    connectionTimeout: connectionTimeoutMs,
    greetingTimeout: connectionTimeoutMs,
    dnsTimeout: connectionTimeoutMs,
    socketTimeout: socketTimeoutMs,
    // Nothing in a release comes from a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
