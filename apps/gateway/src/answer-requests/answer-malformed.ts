import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { CallerConnection } from '../accept-connections/caller-connection.js';
import { refuse } from './answer.js';
import type { Answer } from './answer.js';

const lingerMs = 1000;

/**
 * Bytes that are no HTTP request, or one that did not come in time: answered like everything else, then the end. Never
 * in the place of another answer: with whole requests before it unanswered it would be taken for one of theirs, and
 * where the request they belong to is answered already, it would be a second one.
 */
export function answerMalformed(
  error: NodeJS.ErrnoException,
  socket: Socket,
  connection: CallerConnection | null,
): void {
  const open = [...(connection?.openRequests ?? [])];
  // Behind a request with `Connection: close` nothing is read, and its answer is not taken from it.
  if (error.code === 'HPE_CLOSED_CONNECTION' && open.length > 0) return;
  const isConfusing = open.some(({ isReceived, isAnswered }) => isReceived && !isAnswered);
  if (error.code === 'ECONNRESET' || !socket.writable || isConfusing) return void socket.destroy();
  const isAnswered = connection?.isEnding === true || open.some((one) => one.isAnswered);
  endWith(socket, isAnswered ? null : answerTo(error));
}

/** CONNECT: the socket is no longer the HTTP server's. No proxy here, and nothing at that path. */
export function answerConnect(socket: Socket, connection: CallerConnection | null): void {
  if ((connection?.openRequests.size ?? 0) > 0) return void socket.destroy();
  // Resets are the caller's affair.
  socket.on('error', () => undefined);
  endWith(socket, refuse('not-found', 'there is nothing at this path for this method'));
}

function endWith(socket: Socket, answer: Answer | null): void {
  if (answer === null) socket.end();
  else socket.end(format(answer));
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

function answerTo({ code }: NodeJS.ErrnoException): Answer {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse('stalled', 'the request did not come in time');
  if (code === 'HPE_HEADER_OVERFLOW') return refuse('headers-too-large', 'the headers are too large');
  return refuse('bad-request', 'this is not an HTTP request');
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
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
