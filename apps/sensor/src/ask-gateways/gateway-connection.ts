import { Agent, request } from 'node:https';
import type { IncomingMessage, ClientRequest } from 'node:http';
import { X509Certificate } from 'node:crypto';
import { checkServerIdentity } from 'node:tls';
import { pipeline } from 'node:stream/promises';
import type { MultipartForm } from './multipart-form.js';

export interface GatewayIdentity {
  readonly certPem: string;
  readonly keyPem: string;
  /** PEM of what a gateway's certificate is checked against; null: the authorities of the system. */
  readonly trustedPem: string | null;
}

export interface GatewayRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form?: MultipartForm;
  /** From the last byte sent to the first of the answer. */
  readonly answerMs: number;
  /** Silence after which another gateway is asked beside this one: beyond what is waited for, well below the hold. */
  readonly hedgeMs: number;
  readonly signal: AbortSignal;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly retryAfterSeconds: number | null;
  readonly text: string;
}

/** Beyond what may be held at once; more of them than a gateway takes would only wait there. */
const maxSockets = 4000;
const connectMs = 5000;
const uploadIdleMs = 30_000;
const maxAttempts = 3;
const maxAnswerBytes = 1024 ** 2;
/** Larger bodies are asked for first: a gateway that refuses does not get them. */
const askFirstBytes = 64 * 1024;

/** Requests to one gateway. Rejects when it cannot be reached or breaks off; every answer is a value. */
export class GatewayConnection {
  private readonly agent: Agent;

  constructor(
    readonly url: string,
    { certPem, keyPem, trustedPem }: GatewayIdentity,
  ) {
    this.agent = new Agent({
      keepAlive: true,
      maxSockets,
      cert: certPem,
      key: keyPem,
      minVersion: 'TLSv1.2',
      // A gateway's own certificate may be what is trusted, and a real authority's is not self-signed.
      ...(trustedPem === null
        ? {}
        : { ca: trustedPem, allowPartialTrustChain: true, checkServerIdentity: pinning(trustedPem) }),
    });
  }

  /** A connection kept from before may have been ended by the gateway meanwhile: that is no failure of it. */
  async ask(what: GatewayRequest, onProgress: () => void = () => undefined): Promise<GatewayAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const outgoing = this.begin(what);
      try {
        return await this.finish(outgoing, what, onProgress);
      } catch (error) {
        if (!outgoing.reusedSocket || !wasClosed(error) || attempt === maxAttempts) throw error;
      }
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private begin(what: GatewayRequest): ClientRequest {
    const outgoing = request(new URL(this.url + what.path), {
      method: what.method,
      headers: { ...what.headers, ...bodyHeaders(what.form) },
      agent: this.agent,
      signal: what.signal,
    });
    limitConnecting(outgoing);
    return outgoing;
  }

  private async finish(
    outgoing: ClientRequest,
    what: GatewayRequest,
    onProgress: () => void,
  ): Promise<GatewayAnswer> {
    const answered = answerOf(outgoing);
    // Awaited below; a request that fails while the body is read must not be an unhandled rejection meanwhile.
    answered.catch(() => undefined);
    outgoing.setTimeout(uploadIdleMs, () =>
      outgoing.destroy(new Error('the gateway takes nothing any more')),
    );
    await this.sendBody(outgoing, { form: what.form, answered, onProgress });
    outgoing.setTimeout(what.answerMs, () => outgoing.destroy(new Error('no answer in time')));
    return readAnswer(await answered);
  }

  private async sendBody(outgoing: ClientRequest, { form, answered, onProgress }: Upload): Promise<void> {
    if (form === undefined) {
      outgoing.end();
      return;
    }
    if (form.sizeBytes > askFirstBytes) {
      const wanted = new Promise<'go'>((resolve) => outgoing.once('continue', () => resolve('go')));
      outgoing.flushHeaders();
      if ((await Promise.race([wanted, answered])) !== 'go') return;
      onProgress();
    }
    // An answer before the end breaks it off; the answer counts.
    await Promise.race([pipeline(watched(form.read(), onProgress), outgoing), answered]).catch(
      () => undefined,
    );
  }
}

interface Upload {
  readonly form: MultipartForm | undefined;
  readonly answered: Promise<IncomingMessage>;
  readonly onProgress: () => void;
}

async function* watched(pieces: AsyncIterable<Buffer>, onPiece: () => void): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    onPiece();
    yield piece;
  }
}

/** A certificate that is itself what is trusted may be called by any name: the key proves who it is. */
function pinning(trustedPem: string): typeof checkServerIdentity {
  const pems = trustedPem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const pinned = new Set(pems.map((pem) => new X509Certificate(pem).fingerprint256));
  return (host, certificate) =>
    pinned.has(certificate.fingerprint256) ? undefined : checkServerIdentity(host, certificate);
}

const closedText = 'the gateway closed the connection';
/** Not a gateway that stands still: then it is the next one's turn. */
const wasClosed = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message === closedText ||
    ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? ''));

function limitConnecting(outgoing: ClientRequest): void {
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => outgoing.destroy(new Error('no connection in time')), connectMs);
    const clear = (): void => clearTimeout(timer);
    socket.once('secureConnect', clear).once('close', clear);
  });
}

function bodyHeaders(form: MultipartForm | undefined): Record<string, string> {
  if (form === undefined) return {};
  return {
    'content-type': form.contentType,
    'content-length': String(form.sizeBytes),
    ...(form.sizeBytes > askFirstBytes ? { expect: '100-continue' } : {}),
  };
}

const answerOf = (outgoing: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.once('close', () => reject(new Error(closedText)));
  });

async function readAnswer(incoming: IncomingMessage): Promise<GatewayAnswer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxAnswerBytes) throw new Error('the answer is too long');
    pieces.push(piece);
  }
  const retryAfter = Number(incoming.headers['retry-after']);
  return {
    status: incoming.statusCode ?? 0,
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    text: Buffer.concat(pieces).toString('utf8'),
  };
}
