import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PageFiles, type Coding, type PageFile } from './page-files.js';

const nonceMark = '__STYLE_NONCE__';
const lasting = 'public, max-age=31536000, immutable';

/**
 * Scripts and everything else only as files of this origin. Style elements the component library makes carry the nonce,
 * which is another one in each answer.
 */
const pagePolicy = (nonce: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self';` +
  " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves the built pages beside the API: files under their names, and the one page at every other address outside of
 * `/api`, because addresses are the pages' own. Where nothing was built the request goes on.
 */
export function servePages(folder: string) {
  const files = new PageFiles(folder);
  return (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void => {
    const name = pageName(request);
    if (name === null) next();
    else
      answer(files, name, request, response).then((isAnswered) => {
        if (!isAnswered) next();
      }, next);
  };
}

/** Null: not for the pages. */
function pageName({ method, url = '/' }: IncomingMessage): string | null {
  const pathname = url.split('?')[0] ?? '/';
  const isApi = pathname === '/api' || pathname.startsWith('/api/');
  return isApi || (method !== 'GET' && method !== 'HEAD') ? null : pathname.slice(1);
}

async function answer(
  files: PageFiles,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const file = await files.find(name);
  if (file !== null) {
    sendFile(file, request, response);
    return true;
  }
  // A file of an earlier build is gone: the page must not come in its place as a script.
  if (name.startsWith('assets/')) return false;
  const index = await files.index();
  if (index === null) return false;
  const nonce = randomBytes(16).toString('base64');
  response.setHeader('Content-Security-Policy', pagePolicy(nonce));
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(request.method === 'HEAD' ? undefined : index.replace(nonceMark, nonce));
  return true;
}

function sendFile(file: PageFile, request: IncomingMessage, response: ServerResponse): void {
  const coding = chooseCoding(file, String(request.headers['accept-encoding'] ?? ''));
  const content = file.codings[coding] ?? Buffer.alloc(0);
  response.setHeader('Content-Type', file.type);
  response.setHeader('Cache-Control', file.isLasting ? lasting : 'no-cache');
  response.setHeader('Vary', 'Accept-Encoding');
  if (coding !== 'identity') response.setHeader('Content-Encoding', coding);
  response.setHeader('Content-Length', content.length);
  response.end(request.method === 'HEAD' ? undefined : content);
}

function chooseCoding(file: PageFile, accepted: string): Coding {
  const taken = accepted
    .split(',')
    .filter((one) => !/;\s*q=0(\.0*)?\s*$/.test(one))
    .map((one) => one.split(';')[0]?.trim());
  return (['br', 'gzip'] as const).find((one) => file.codings[one] && taken.includes(one)) ?? 'identity';
}
