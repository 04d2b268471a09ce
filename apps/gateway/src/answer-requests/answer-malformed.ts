import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { CallerConnection } from '../accept-connections/caller-connection.js';
import { refuse } from './answer.js';
import type { Answer } from './answer.js';

const lingerMs = 1000;

/** Bytes that are no HTTP request, or one that did not come in time: answered like everything else, then the end. */
export function answerMalformed(
  error: NodeJS.ErrnoException,
  socket: Socket,
  connection: CallerConnection | null,
): void {
  // With whole requests before it unanswered, this answer would be taken for one of theirs.
  const isConfusing = [...(connection?.openRequests ?? [])].some(({ complete }) => complete);
  if (error.code === 'ECONNRESET' || !socket.writable || isConfusing) return void socket.destroy();
  socket.end(format(answerTo(error)));
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

function answerTo({ code }: NodeJS.ErrnoException): Answer {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse('stalled', 'the request did not come in time');
  if (code === 'HPE_HEADER_OVERFLOW') return refuse('headers-too-large', 'the headers are too large');
  return refuse('bad-request', 'this is not an HTTP request');
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

const format = ({ status, body = '' }: Answer): string =>
  [
    `HTTP/1.1 ${status} ${reasons[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${randomUUID()}`,
    '',
    body,
  ].join('\r\n');
