import { X509Certificate } from 'node:crypto';
import { request, type Agent, type RequestOptions } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PeerCertificate } from 'node:tls';
import { CommandError } from './command.errors.js';

export interface PinnedServer {
  readonly url: string;
  /** PEM of the one certificate that is trusted, from the state directory. */
  readonly certificate: string;
  /** Ours, for a gateway. */
  readonly client?: { readonly certPem: string; readonly keyPem: string };
  readonly agent?: Agent;
}

export interface PinnedRequest {
  readonly method: string;
  /** Below the server's URL. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable | string;
  readonly timeoutMs?: number;
}

export interface PinnedAnswer {
  readonly status: number;
  readonly retryAfterSeconds: number | null;
  readonly text: string;
}

const usualTimeoutMs = 30_000;
const largestAnswerBytes = 64 * 1024 ** 2;

/** Nothing is sent, neither token nor object, to a server that holds another certificate than the one made here. */
export function sendPinned(server: PinnedServer, what: PinnedRequest): Promise<PinnedAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(server.url + what.path), optionsFor(server, what));
    const fail = (error: unknown): void => reject(explain(error as NodeJS.ErrnoException, server));
    outgoing.setTimeout(what.timeoutMs ?? usualTimeoutMs, () =>
      outgoing.destroy(new Error('no answer in time')),
    );
    outgoing.once('error', fail);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > largestAnswerBytes) incoming.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      incoming.once('error', fail);
      incoming.once('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          retryAfterSeconds: Number(incoming.headers['retry-after']) || null,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    if (typeof what.body === 'object') pipeline(what.body, outgoing).catch(() => undefined);
    else outgoing.end(what.body);
  });
}

function optionsFor(server: PinnedServer, what: PinnedRequest): RequestOptions {
  const pinned = new X509Certificate(server.certificate).fingerprint256;
  return {
    method: what.method,
    headers: { ...what.headers },
    ca: server.certificate,
    // A certificate from a real authority is trusted by itself, too.
    allowPartialTrustChain: true,
    // The certificate is the identity; the name we call it by (a loopback address) may not be in it.
    checkServerIdentity: (_name: string, peer: PeerCertificate) =>
      peer.fingerprint256 === pinned
        ? undefined
        : new CommandError(`${server.url} shows another certificate.`),
    ...(server.client === undefined ? {} : { cert: server.client.certPem, key: server.client.keyPem }),
    // Never Node's usual one, which takes a proxy from the environment (NODE_USE_ENV_PROXY), also for this machine.
    agent: server.agent ?? false,
  } as RequestOptions;
}

function explain(error: NodeJS.ErrnoException, { url }: PinnedServer): Error {
  if (error instanceof CommandError) return error;
  if (error.code === 'ECONNREFUSED')
    return new CommandError("The system isn't running.", 'Start it: npm start');
  const isTrust = /certificate|SELF_SIGNED|UNABLE_TO_VERIFY/i.test(`${error.code} ${error.message}`);
  if (isTrust) {
    return new CommandError(
      `${url} does not hold the certificate in the state directory: something else listens there.`,
      'See that SLUICE_HOME names the system you mean.',
    );
  }
  return new CommandError(`${url}: ${error.message}`);
}
