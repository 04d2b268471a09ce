import type { SmtpSettings } from '@sluice/notifications';
import { createTransport } from 'nodemailer';

export type MailTransport = ReturnType<typeof pooledTransport>;

/** Of one server: as many as a channel has messages on their way, tests included. */
const maxConnections = 6;
const connectionTimeoutMs = 10_000;
const socketTimeoutMs = 20_000;
/** Short enough that servers do not end it first: what goes over a connection that just ended counts as a failed attempt. */
const idleTimeoutMs = 10_000;
/** More channels than anyone has; settings that were changed are forgotten at some time. */
const mostServers = 64;

/**
 * Connections to mail servers, kept from one message to the next: greeting, STARTTLS and login cost many times what a
 * message does. What is said over one is never sent again by nodemailer itself: attempts are counted and written here.
 */
export class MailTransports {
  private readonly byServer = new Map<string, MailTransport>();

  /** The same one for the same settings. */
  of(settings: SmtpSettings, hostName: string): MailTransport {
    const key = JSON.stringify([settings, hostName]);
    const transport = this.byServer.get(key) ?? pooledTransport(settings, hostName);
    // The last one used is the last to go.
    this.byServer.delete(key);
    this.byServer.set(key, transport);
    this.closeAllBut(mostServers);
    return transport;
  }

  /** Messages on their way are finished first. */
  close(): void {
    this.closeAllBut(0);
  }

  private closeAllBut(count: number): void {
    for (const [key, transport] of this.byServer) {
      if (this.byServer.size <= count) return;
      this.byServer.delete(key);
      transport.close();
    }
  }
}

function pooledTransport(settings: SmtpSettings, hostName: string) {
  return createTransport({
    pool: true,
    maxConnections,
    maxRequeues: 0,
    idleTimeout: idleTimeoutMs,
    host: settings.host,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    name: hostName,
    ...(settings.username === null
      ? {}
      : { auth: { user: settings.username, pass: settings.password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', ...(settings.ca === null ? {} : { ca: settings.ca }) },
    connectionTimeout: connectionTimeoutMs,
    greetingTimeout: connectionTimeoutMs,
    dnsTimeout: connectionTimeoutMs,
    socketTimeout: socketTimeoutMs,
    // Nothing in a notification comes from a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
