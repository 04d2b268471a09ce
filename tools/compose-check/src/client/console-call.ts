import { request } from 'node:https';
import type { ClientRequest } from './client-request.js';

export interface ConsoleAnswer {
  readonly status: number;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** One call as an operator's browser makes it; the console's own certificate is taken as it is. */
export function callConsole(call: Extract<ClientRequest, { kind: 'console' }>): Promise<ConsoleAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(call.path, call.origin),
      // The console made its own certificate; what is tried here is not who it is.
      { method: call.method, headers: call.headers, rejectUnauthorized: false, timeout: 90_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            cookies: response.headers['set-cookie'] ?? [],
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer for 90 s')));
    outgoing.end(call.body);
  });
}
