import { chmod, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Server } from 'node:net';

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** `mode`: who may connect, as of a file. */
  | { readonly kind: 'unix'; readonly path: string; readonly mode: number };

/** Resolves when the server listens. A socket file that no one listens on any more is taken away first. */
export async function listenOn(server: Server, address: ListenAddress): Promise<void> {
  if (address.kind === 'tcp') return listen(server, { host: address.host, port: address.port });
  if (!(await answers(address.path))) await rm(address.path, { force: true });
  await listen(server, { path: address.path });
  await chmod(address.path, address.mode);
}

const listen = (server: Server, options: { host?: string; port?: number; path?: string }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** False only when it is certain: a socket file whose process is gone refuses. */
const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
