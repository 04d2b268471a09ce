import type { Socket } from 'node:net';

/** Enough to tell a milter client, whose first packet is some bytes long, from a program that speaks HTTP. */
export const firstBytes = 4;
const methods = new Set(['GET ', 'HEAD']);
const ping = /^(?:GET|HEAD) \/ping(?:\?\S*)? HTTP\/1\.[01]\r?\n/;
const maxRequestBytes = 4096;

export const isHttp = (start: Buffer): boolean => methods.has(start.toString('latin1', 0, firstBytes));

/**
 * Answers `GET /ping` on the milter port: load balancers check servers by HTTP, and a connection that is opened and closed says
 * nothing of the process behind it.
 */
export function answerHealthRequest(socket: Socket, start: Buffer, timeoutMs: number): void {
  let request = start.toString('latin1');
  const answer = (): void => {
    const isPing = ping.test(request);
    const text = isPing ? 'pong\r\n' : 'This is a milter port: it answers GET /ping.\r\n';
    const head = `HTTP/1.1 ${isPing ? '200 OK' : '404 Not Found'}\r\nContent-Type: text/plain\r\n`;
    const body = request.startsWith('HEAD') ? '' : text;
    socket.end(`${head}Content-Length: ${text.length}\r\nConnection: close\r\n\r\n${body}`);
  };
  const take = (): boolean => {
    const isComplete = /\r?\n\r?\n/.test(request);
    if (isComplete) answer();
    else if (request.length > maxRequestBytes) socket.destroy();
    else return false;
    return true;
  };
  // From now on, whatever comes meanwhile: a request that trickles in would hold its connection.
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  socket.once('close', () => clearTimeout(timer));
  if (take()) return;
  const more = (chunk: Buffer): void => {
    request += chunk.toString('latin1');
    if (take()) socket.off('data', more);
  };
  socket.on('data', more);
}
