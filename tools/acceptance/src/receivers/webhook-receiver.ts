import type { KeyPair } from '@sluice/tls';
import { findFreePort } from '@sluice/private-servers';
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly clientName: string | null;
  readonly atMs: number;
}
type Answer = (call: ReceivedCall, response: ServerResponse) => void;

export const answerOk: Answer = (_call, response) => {
  response.writeHead(204).end();
};

/** A real HTTPS receiver whose behaviour may change while it runs. */
export class WebhookReceiver {
  readonly calls: ReceivedCall[] = [];
  answer: Answer = answerOk;
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** `port`: where an earlier one was. No one else gets it in between. */
  static async start(
    keys: KeyPair,
    options: { clientCa?: string; port?: number } = {},
  ): Promise<WebhookReceiver> {
    const { clientCa, port = await findFreePort() } = options;
    const client =
      clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
    const server = createServer({ key: keys.keyPem, cert: keys.certPem, ...client });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new WebhookReceiver(server, port);
    server.on(
      'request',
      (request: IncomingMessage, response: ServerResponse) => void receiver.take(request, response),
    );
    return receiver;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      clientName: (request.socket as TLSSocket).getPeerCertificate().subject?.CN?.toString() ?? null,
      atMs: Date.now(),
    };
    this.calls.push(call);
    this.answer(call, response);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
