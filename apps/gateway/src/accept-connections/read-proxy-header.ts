import type { Socket } from 'node:net';
import { parseProxyHeader } from './proxy-header.js';

/**
 * Reads the PROXY header a configured balancer has to send before anything else, and leaves what follows in the socket.
 * Resolves to the caller's address, or null when the balancer speaks for itself; rejects nothing: without a whole,
 * valid header in time the connection is ended and the promise never settles.
 */
export function readProxyHeader(socket: Socket, timeoutMs: number): Promise<{ address: string | null }> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    const ignoreError = (): void => undefined; // the close that follows is what matters
    const stop = (): void => {
      clearTimeout(timer);
      socket.off('readable', look);
      socket.off('close', stop);
      socket.off('error', ignoreError);
    };
    const look = (): void => {
      for (let more = socket.read() as Buffer | null; more !== null; more = socket.read() as Buffer | null)
        bytes = Buffer.concat([bytes, more]);
      const header = parseProxyHeader(bytes);
      if (header.kind === 'incomplete') return;
      stop();
      if (header.kind === 'malformed') return void socket.destroy();
      if (bytes.length > header.lengthBytes) socket.unshift(bytes.subarray(header.lengthBytes));
      resolve({ address: header.address });
    };
    socket.on('readable', look);
    socket.on('close', stop);
    socket.on('error', ignoreError);
  });
}
