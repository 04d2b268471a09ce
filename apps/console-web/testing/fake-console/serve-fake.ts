import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { FakeConsole } from './fake-console.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const eventsMs = 300;

export interface FakeServerOptions {
  /** Where an earlier one was; 0: anywhere. */
  readonly port?: number;
  /** Before every answer of the API, so that pages show themselves without it first. */
  readonly delayMs?: number;
}

export interface FakeServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the built pages with the policy of the real console, and the fake's API beside them, on loopback. A function
 * is asked at each request, so that one server can show several fakes in turn.
 */
export async function serveFake(
  current: FakeConsole | (() => FakeConsole),
  dist: string,
  { port: wanted = 0, delayMs = 0 }: FakeServerOptions = {},
): Promise<FakeServer> {
  const server = createServer((request, response) => {
    const fake = typeof current === 'function' ? current() : current;
    const isAsking = (request.url ?? '').startsWith('/api/') && delayMs > 0;
    const before = isAsking ? setTimeout(delayMs) : Promise.resolve();
    before.then(() => handle(fake, dist, request, response)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

async function handle(
  fake: FakeConsole,
  dist: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  if (url.pathname === '/api/events') return streamEvents(fake, request, response);
  if (!url.pathname.startsWith('/api/')) return sendFile(dist, url.pathname, response);
  const body = await readBody(request);
  const answer = fake.answer({
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body,
  });
  response.writeHead(answer.status, { 'Content-Type': 'application/json' });
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
}

function streamEvents(fake: FakeConsole, request: IncomingMessage, response: ServerResponse): void {
  if (!fake.isSignedIn) {
    response.writeHead(401).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  let sent = '';
  const tell = () => {
    const now = JSON.stringify(fake.live);
    if (now !== sent) response.write(`event: state\ndata: ${now}\n\n`);
    sent = now;
  };
  tell();
  const timer = setInterval(tell, eventsMs);
  request.once('close', () => clearInterval(timer));
}

async function sendFile(dist: string, pathname: string, response: ServerResponse): Promise<void> {
  const name = path.extname(pathname) === '' ? '/index.html' : pathname;
  const content = await readFile(path.join(dist, path.normalize(name))).catch(() => null);
  if (content === null) {
    response.writeHead(404).end();
    return;
  }
  const nonce = randomBytes(16).toString('base64');
  response.setHeader('Content-Type', types[path.extname(name)] ?? 'application/octet-stream');
  response.setHeader('Content-Security-Policy', policy(nonce));
  if (name.startsWith('/assets/')) response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  response.end(name === '/index.html' ? content.toString('utf8').replace('__STYLE_NONCE__', nonce) : content);
}

export const policy = (nonce: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self';` +
  " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
