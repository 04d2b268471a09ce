import type { ClientCertificate } from '@sluice/tls';
import type { WireAnswer } from './answer-reader.js';
import { WireConnection } from './wire-connection.js';

export interface RawCall {
  readonly sensorId: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly string[];
  readonly body?: Buffer;
}

/** One request on a connection of its own, written as it is said: no client's library corrects it. */
export async function rawCall(
  gatewayUrl: string,
  identity: ClientCertificate,
  call: RawCall,
): Promise<WireAnswer> {
  const { hostname, port } = new URL(gatewayUrl);
  const connection = new WireConnection({ host: hostname, port: Number(port), identity });
  const { method = 'GET', sensorId, path, headers = [], body = Buffer.alloc(0) } = call;
  const head = [
    `${method} /kata/scanner/v1/sensors/${sensorId}${path} HTTP/1.1`,
    ...['Host: gateway', 'Connection: close', `Content-Length: ${body.length}`, ...headers],
  ];
  try {
    return await connection.send([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body], {
      timeoutMs: 60_000,
    });
  } finally {
    connection.close();
  }
}

export interface RawForm {
  /** Bytes between the quotes, unescaped. */
  readonly filename: Buffer | string;
  readonly content: Buffer | string;
  readonly fields: Readonly<Record<string, string>>;
}

const boundary = 'sluice-raw-form';
export const rawFormHeader = `Content-Type: multipart/form-data; boundary=${boundary}`;

export function rawForm({ filename, content, fields }: RawForm): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return Buffer.concat([
    Buffer.from(
      `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="`,
    ),
    Buffer.from(filename),
    Buffer.from('"\r\n\r\n'),
    Buffer.from(content),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}
