import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureKeyPair } from '@sluice/tls';
import type { KeyPair } from '@sluice/tls';
import type { ScanReport } from '../ask-gateways/scan-report.js';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** `break`: the connection ends without an answer. */
export type Says =
  | { readonly status: number; readonly body?: unknown; readonly retryAfter?: number }
  | 'break';

const shortBytes = 64 * 1024;

/** A gateway that says what a spec wants it to say, over real TLS. */
export class FakeGateway {
  readonly asked: Asked[] = [];
  says: (asked: Asked) => Says | Promise<Says> = () => ({ status: 200, body: reportOf('not detected') });
  /** Ends the connection after the first piece of a body. */
  breaksMidway = false;
  /** False: of a body only its first 64 KiB are kept, for specs that send many large ones. */
  keepsBodies = true;
  url = '';
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly certPem: string,
  ) {}

  static async start(pair: KeyPair): Promise<FakeGateway> {
    const server = createServer({
      cert: pair.certPem,
      key: pair.keyPem,
      requestCert: true,
      rejectUnauthorized: false,
    });
    const gateway = new FakeGateway(server, pair.certPem);
    server.on('connection', (socket: Socket) => {
      gateway.sockets.add(socket);
      socket.on('close', () => gateway.sockets.delete(socket));
    });
    server.on('checkContinue', (request, response) => {
      response.writeContinue();
      server.emit('request', request, response);
    });
    server.on('request', (request, response) => {
      void gateway.receive(request).then(async (asked) => {
        if (asked === null) return;
        gateway.asked.push(asked);
        const says = await gateway.says(asked);
        if (typeof says === 'string') return void request.socket.destroy();
        const { status, body = '', retryAfter } = says;
        const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(named(body, asked)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    gateway.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return gateway;
  }

  get posts(): Asked[] {
    return this.asked.filter(({ method }) => method === 'POST');
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }

  private async receive(request: IncomingMessage): Promise<Asked | null> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const piece of request as AsyncIterable<Buffer>) {
        if (this.keepsBodies || bytes < shortBytes) pieces.push(piece);
        bytes += piece.length;
        if (!this.breaksMidway) continue;
        request.socket.destroy();
        return null;
      }
    } catch {
      return null;
    }
    const { method = '', url = '', headers } = request;
    return { method, url, headers, body: Buffer.concat(pieces) };
  }
}

/** The name of what was asked for, where a report has none. */
function named(body: unknown, asked: Asked): unknown {
  const isReport = typeof body === 'object' && body !== null && 'scanId' in body;
  return isReport && body.scanId === '' ? { ...body, scanId: scanIdOf(asked) } : body;
}

const scanIdOf = (asked: Asked): string | undefined =>
  asked.method === 'POST' ? fieldOf(asked, 'scanId') : /\/scans\/([^/?]+)/.exec(asked.url)?.[1];

/** `scanId` is filled in by the gateway that says it. */
export const reportOf = (state: string, changes: Partial<ScanReport> = {}): ScanReport => ({
  scanId: '',
  state,
  reason: null,
  object: { type: null },
  detections: [],
  engines: [],
  notExamined: [],
  notExaminedTotal: 0,
  policyApplied: null,
  released: null,
  ...changes,
});

/** A folder and key pairs for the gateways and the sensor of one spec. */
export async function prepareFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-sensor-'));
  const files = (name: string) => ({
    certFile: path.join(folder, `${name}.crt`),
    keyFile: path.join(folder, `${name}.key`),
  });
  const server = await ensureKeyPair({ ...files('server'), names: ['127.0.0.1'] });
  const client = await ensureKeyPair({ ...files('client'), names: ['sensor'], usage: 'client' });
  return { folder, server, client, remove: () => rm(folder, { recursive: true }) };
}

export const fieldOf = ({ body }: Asked, name: string): string | undefined =>
  new RegExp(`name="${name}"\r\n\r\n([^\r]*)\r\n`).exec(body.toString('latin1'))?.[1];

/** The object in it. */
export function contentOf({ body }: Asked): Buffer {
  const start = body.indexOf('\r\n\r\n', body.indexOf('name="content"')) + 4;
  return body.subarray(start, body.lastIndexOf('\r\n--', body.length - 3));
}
