import type { SyslogSettings } from '@sluice/notifications';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

/** A receiver that keeps the connection open after our end of it is taken to have got everything. */
const closingMs = 2000;

/**
 * Opens a connection, writes everything, closes our side and waits for the receiver to close its own: one that died
 * before it read the bytes, or that doesn't like our certificate, shows there. Rejects with what went wrong.
 */
export function writeStream(settings: SyslogSettings, bytes: Buffer, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let closing: NodeJS.Timeout | undefined;
    let protocol = '';
    const socket = open(settings, () => {
      protocol = protocolOf(socket);
      // What comes back is not looked at, but has to be read for its end to be seen.
      socket.resume();
      socket.end(bytes, () => {
        closing = setTimeout(() => finish('it kept the connection open'), closingMs);
      });
    });
    const stop = () => socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('given up'));
    const finish = (how: string) => {
      resolve(`sent ${bytes.length} bytes over ${protocol} to ${settings.host}:${settings.port}; ${how}`);
      socket.destroy();
    };
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(closing);
      signal.removeEventListener('abort', stop);
      if (socket.writableFinished) finish('it closed the connection');
      else reject(new Error('the receiver closed the connection before it took everything'));
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function open(settings: SyslogSettings, onOpen: () => void): Socket {
  const { host, port } = settings;
  if (settings.transport === 'tcp') return connectPlain({ host, port }, onOpen);
  return connectTls(
    {
      host,
      port,
      minVersion: 'TLSv1.2',
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(settings.ca === null ? {} : { ca: settings.ca }),
      ...(settings.clientCertificate === null ? {} : { cert: settings.clientCertificate }),
      ...(settings.clientKey === null ? {} : { key: settings.clientKey }),
    },
    onOpen,
  );
}

const protocolOf = (socket: Socket): string =>
  socket instanceof TLSSocket ? (socket.getProtocol() ?? 'TLS') : 'TCP';
