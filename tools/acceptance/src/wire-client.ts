import { createClientCertificate, type ClientCertificate } from '@sluice/tls';
import type { WireAnswer } from './answer-reader.js';
import type { Operator } from './operator.js';
import { until } from './until.js';
import { WireConnection } from './wire-connection.js';

const boundary = 'sluice-wire-client';
const timeoutMs = 30_000;

export interface Submission {
  readonly scanId: string;
  readonly objectType?: 'file' | 'email';
  readonly content: Buffer;
}

/** An external system without curl: for many calls, at little cost. Its connections are opened as they are needed. */
export class WireClient {
  private constructor(
    readonly id: string,
    readonly identity: ClientCertificate,
    private readonly isMail: boolean,
  ) {}

  static async make(id: string, type: 'mail' | 'other' = 'other'): Promise<WireClient> {
    return new WireClient(id, await createClientCertificate({ commonName: id, days: 30 }), type === 'mail');
  }

  /** Calls once, is accepted by the operator, and waits until every gateway knows. */
  async becomeAccepted(operator: Operator, gatewayUrls: readonly string[]): Promise<this> {
    const lines = gatewayUrls.map((url) => this.connect(url));
    const query = this.isMail ? '?sensorType=mail' : '';
    const call = (line: ClientLine) => line.get(`/scans/filters${query}`).catch(() => ({ status: 0 }));
    await until(async () => (await call(lines[0] as ClientLine)).status === 401);
    const row = await until(async () => (await operator.rowsOf(this.id))[0]);
    await operator.accept(row, this.isMail ? 'mail' : 'other');
    for (const line of lines) {
      await until(async () => (await call(line)).status === 200);
      line.close();
    }
    return this;
  }

  connect(gatewayUrl: string): ClientLine {
    const { hostname, port } = new URL(gatewayUrl);
    const connection = new WireConnection({ host: hostname, port: Number(port), identity: this.identity });
    return new ClientLine(connection, `/kata/scanner/v1/sensors/${this.id}`);
  }
}

/** One keep-alive connection of a client. */
export class ClientLine {
  constructor(
    readonly connection: WireConnection,
    private readonly base: string,
  ) {}

  submit({ scanId, content, objectType = 'file' }: Submission): Promise<WireAnswer> {
    return this.connection.send([formRequest(`${this.base}/scans`, { scanId, objectType, content })], {
      timeoutMs,
    });
  }

  get(path: string, onPiece?: (piece: Buffer) => void): Promise<WireAnswer> {
    return this.connection.send([Buffer.from(`GET ${this.base}${path} HTTP/1.1\r\nHost: gateway\r\n\r\n`)], {
      timeoutMs: 120_000,
      ...(onPiece === undefined ? {} : { onPiece }),
    });
  }

  /** An object of any size, made while it is sent. */
  submitStream(
    object: { readonly scanId: string; readonly sizeBytes: number },
    pieces: Iterable<Buffer>,
  ): Promise<WireAnswer> {
    const { head, before, after } = frame(`${this.base}/scans`, {
      scanId: object.scanId,
      objectType: 'file',
    });
    const length = before.length + object.sizeBytes + after.length;
    const request = function* (): Iterable<Buffer> {
      yield Buffer.concat([head(length), before]);
      yield* pieces;
      yield after;
    };
    return this.connection.send(request(), { timeoutMs: 600_000 });
  }

  close(): void {
    this.connection.close();
  }
}

/** A whole POST with one object. */
export function formRequest(path: string, { content, ...fields }: Required<Submission>): Buffer {
  const { head, before, after } = frame(path, fields);
  return Buffer.concat([head(before.length + content.length + after.length), before, content, after]);
}

function frame(path: string, fields: { readonly scanId: string; readonly objectType: string }) {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const object = `--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="${fields.scanId}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return {
    before: Buffer.from(parts.join('') + object),
    after: Buffer.from(`\r\n--${boundary}--\r\n`),
    head: (lengthBytes: number) =>
      Buffer.from(
        `POST ${path} HTTP/1.1\r\nHost: gateway\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${lengthBytes}\r\n\r\n`,
      ),
  };
}
