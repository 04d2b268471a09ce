import { request } from 'node:https';
import type { Agent } from 'node:https';

export interface Caller {
  readonly host: string;
  readonly port: number;
  readonly sensorId: string;
  readonly certPem: string;
  readonly keyPem: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

/** No answer came. Clients send a request again when a connection they had kept ended under it. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';

  constructor(
    cause: Error,
    /** The connection had served another request before. */
    readonly isReused: boolean,
  ) {
    super(`${cause.message} on a ${isReused ? 'kept' : 'new'} connection`, { cause });
  }
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: Buffer;
  readonly contentType?: string;
  readonly agent?: Agent;
}

/** One call as an external system makes it. Rejects when the connection fails or is reset. */
export function send(caller: Caller, call: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: caller.host,
        port: caller.port,
        method: call.method,
        path: `/kata/scanner/v1/sensors/${caller.sensorId}${call.path}`,
        cert: caller.certPem,
        key: caller.keyPem,
        // The gateway made its own certificate; what is tried here is not who it is.
        rejectUnauthorized: false,
        timeout: 90_000,
        ...(call.agent === undefined ? {} : { agent: call.agent }),
        headers: {
          ...(call.contentType === undefined ? {} : { 'content-type': call.contentType }),
          ...(call.body === undefined ? {} : { 'content-length': call.body.length }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
            retryAfter: response.headers['retry-after'] ?? null,
          }),
        );
      },
    );
    outgoing.once('error', (error) => reject(new ConnectionFailed(error, outgoing.reusedSocket)));
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer for 90 s')));
    outgoing.end(call.body);
  });
}

/** The form of POST /scans. */
export function scanForm(
  fields: Readonly<Record<string, string>>,
  content: Buffer,
): { body: Buffer; contentType: string } {
  const boundary = `sluice-${Math.random().toString(16).slice(2)}`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `${parts.join('')}--${boundary}\r\ncontent-disposition: form-data; name="content"; filename="object"\r\n\r\n`;
  return {
    body: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}
