import type { SyslogSettings } from '@sluice/notifications';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { resolveName } from '../call-webhooks/find-receiver.js';

/** A host that refuses says so within this, when it is near. */
const refusalMs = 50;

/** One datagram per frame (RFC 5426). Rejects when the host is unknown or refuses at once. */
export async function sendDatagrams(settings: SyslogSettings, frames: readonly Buffer[]): Promise<string> {
  const [receiver] = await resolveName(settings.host);
  if (receiver === undefined) throw new Error(`${settings.host} has no address`);
  const socket = createSocket(receiver.family === 6 ? 'udp6' : 'udp4');
  const refused = once(socket, 'error').then(([error]: unknown[]) => {
    throw error;
  });
  // Raced below; when no one waits any more an error is no one's.
  refused.catch(() => undefined);
  try {
    await Promise.race([connect(socket, settings.port, receiver.address), refused]);
    for (const frame of frames) await Promise.race([send(socket, frame), refused]);
    await Promise.race([new Promise((resolve) => setTimeout(resolve, refusalMs)), refused]);
    return `sent ${frames.length} datagrams to ${receiver.address}:${settings.port}; UDP has no answers`;
  } finally {
    socket.close();
  }
}

type DatagramSocket = ReturnType<typeof createSocket>;

const connect = (socket: DatagramSocket, port: number, address: string): Promise<void> =>
  new Promise((resolve) => socket.connect(port, address, resolve));

const send = (socket: DatagramSocket, frame: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.send(frame, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
