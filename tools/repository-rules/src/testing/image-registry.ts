import { createHash, randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const indexType = 'application/vnd.oci.image.index.v1+json';

/** What the registry has of an image, and what it does wrong. */
export interface Manifest {
  readonly body: string;
  readonly status?: number;
  readonly type?: string;
  /** What it calls the bytes; without: their digest. */
  readonly digest?: string;
  readonly location?: string;
  /** Where tokens are said to be had; without: here. */
  readonly realm?: string;
  /** Instead of asking for a token. */
  readonly challenge?: string;
}

interface ImageRegistry {
  readonly url: string;
  /** What tokens were asked for, and which kinds of manifests. */
  readonly scopes: readonly string[];
  readonly accepted: readonly string[];
  serve(manifestOf: (name: string) => Manifest): void;
  stop(): Promise<void>;
}

/** The pulling half of the OCI distribution protocol, with anonymous tokens as Docker Hub gives them: one image each. */
export async function startImageRegistry(first: (name: string) => Manifest): Promise<ImageRegistry> {
  let manifestOf = first;
  const tokens = new Map<string, string>();
  const scopes: string[] = [];
  const accepted: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', origin());
    if (url.pathname === '/token') return giveToken(url.searchParams.get('scope') ?? '', response);
    const [, name = ''] = /^\/v2\/(.+)\/manifests\/[\w.-]+$/.exec(url.pathname) ?? [];
    if (name === '') return void response.writeHead(403).end();
    const scope = `repository:${name}:pull`;
    const manifest = manifestOf(name);
    if (tokens.get(request.headers.authorization ?? '') !== scope)
      return challenge(manifest, scope, response);
    accepted.push(request.headers.accept ?? '');
    send(manifest, response);
  });
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  function giveToken(scope: string, response: ServerResponse): void {
    scopes.push(scope);
    const token = randomBytes(12).toString('base64url');
    tokens.set(`Bearer ${token}`, scope);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  }
  function challenge(
    { realm = '/token', challenge }: Manifest,
    scope: string,
    response: ServerResponse,
  ): void {
    const bearer = `Bearer realm="${new URL(realm, origin()).href}",service="stand-in",scope="${scope}"`;
    response.writeHead(401, { 'www-authenticate': challenge ?? bearer }).end();
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: origin(),
    scopes,
    accepted,
    serve: (next) => void (manifestOf = next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(
  { body, status = 200, type = indexType, location, ...one }: Manifest,
  response: ServerResponse,
): void {
  const digest = one.digest ?? `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const headers = { 'content-type': type, 'docker-content-digest': digest };
  response.writeHead(status, { ...headers, ...(location === undefined ? {} : { location }) }).end(body);
}
