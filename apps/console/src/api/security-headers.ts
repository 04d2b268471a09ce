import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const nothing = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** The API's browser is a page of its own: scripts and styles of this origin, and styles it makes itself. */
const docs =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';" +
  " font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const landing =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** On every answer, errors included. Nothing of the API is kept by browsers or proxies. */
export function securityHeaders(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const path = (request.url ?? '').split('?')[0] ?? '';
  // Browsers heed it only where they trust the certificate. Not for subdomains: those are not ours to decide on.
  response.setHeader('Strict-Transport-Security', 'max-age=31536000');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Security-Policy', policyOf(path));
  response.setHeader('X-Request-Id', requestId(request.headers['x-request-id']));
  next();
}

function policyOf(path: string): string {
  if (path.startsWith('/api/docs')) return docs;
  return path === '/' ? landing : nothing;
}

const requestId = (sent: string | string[] | undefined): string =>
  typeof sent === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(sent) ? sent : randomUUID();
