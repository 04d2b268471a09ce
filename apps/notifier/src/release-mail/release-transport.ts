import { createTransport, type SendMailOptions, type SMTPSentMessageInfo } from 'nodemailer';
import type { ReleaseReceiver } from './release-receiver.js';

type Pool = ReturnType<typeof openPool>;

/** Messages at once, each over a connection that is kept. */
export const releasesAtOnce = 8;
const connectionTimeoutMs = 10_000;
/** A receiver with filters of its own answers late: RFC 5321 has clients wait ten minutes for the end of the data. */
const socketTimeoutMs = 600_000;
const idleTimeoutMs = 30_000;

function openPool(receiver: ReleaseReceiver, hostName: string) {
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

/** Kept connections to the receiver, until `renew`. */
export class ReleaseTransport {
  private pool: Pool | null = null;

  constructor(
    private readonly receiver: ReleaseReceiver,
    private readonly hostName: string,
  ) {}

  sendMail(message: SendMailOptions): Promise<SMTPSentMessageInfo> {
    this.pool ??= openPool(this.receiver, this.hostName);
    return this.pool.sendMail(message);
  }

  /**
   * What is sent from now on has connections that begin now; messages under way end on theirs. A server's process may answer
   * as it was configured when the connection began (a session of Postfix's `smtpd` outlives `postfix reload`).
   */
  renew(): void {
    this.pool?.close();
    this.pool = null;
  }

  close(): void {
    this.renew();
  }
}
