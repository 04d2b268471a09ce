import type { KeyPair } from '@sluice/tls';
import { findFreePort } from '@sluice/private-servers';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createPlain, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';

/** Frames as RFC 6587 counts them; what is left over stands in `rest`. */
export function readOctetCounted(bytes: Buffer): { frames: string[]; rest: Buffer } {
  const frames: string[] = [];
  let rest = bytes;
  for (;;) {
    const head = /^([1-9]\d*) /.exec(rest.subarray(0, 12).toString('latin1'));
    const [prefix, count] = [head?.[0].length ?? 0, Number(head?.[1])];
    if (head === null || rest.length < prefix + count) return { frames, rest };
    frames.push(rest.subarray(prefix, prefix + count).toString('utf8'));
    rest = rest.subarray(prefix + count);
  }
}

interface StreamOptions {
  readonly keys?: KeyPair;
  /** Only these clients may send. */
  readonly clientCa?: string;
  /** Ends each connection before it is read. */
  readonly isRude?: boolean;
  /** Where an earlier one was: no one else gets it in between. */
  readonly port?: number;
}

/** Takes octet-counted syslog over TCP or TLS. */
export class SyslogReceiver {
  readonly frames: string[] = [];
  readonly leftOver: Buffer[] = [];
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(options: StreamOptions = {}): Promise<SyslogReceiver> {
    const { keys, clientCa, isRude = false, port = await findFreePort() } = options;
    const take = (socket: Socket) => receiver.take(socket, isRude);
    const server =
      keys === undefined
        ? createPlain(take)
        : createTls(
            {
              key: keys.keyPem,
              cert: keys.certPem,
              ...(clientCa === undefined
                ? {}
                : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
            },
            take,
          );
    const receiver = new SyslogReceiver(server, port);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  private take(socket: Socket, isRude: boolean): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    if (isRude) return void socket.resetAndDestroy();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => {
      const { frames, rest } = readOctetCounted(Buffer.concat(chunks));
      this.frames.push(...frames);
      if (rest.length > 0) this.leftOver.push(rest);
      socket.end();
    });
  }

  async stop(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export async function receiveDatagrams(): Promise<{
  port: number;
  next(): Promise<string>;
  stop(): void;
}> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    next: async () => String((await once(socket, 'message'))[0]),
    stop: () => socket.close(),
  };
}
