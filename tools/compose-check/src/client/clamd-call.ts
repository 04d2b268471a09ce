import { connect } from 'node:net';
import type { ClientRequest } from './client-request.js';

const patienceMs = 120_000;

/** `PING`, or `INSTREAM` when there are bytes. Resolves with the answer, without the zero that ends it. */
export function callClamd({ port, base64 }: Extract<ClientRequest, { kind: 'clamd' }>): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    const said: Buffer[] = [];
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data: Buffer) => said.push(data));
    socket.once('error', reject);
    socket.once('close', () => resolve(Buffer.concat(said).toString('utf8').replace(/\0$/, '')));
    if (base64 === undefined) return socket.write('zPING\0');
    const content = Buffer.from(base64, 'base64');
    return socket.write(
      Buffer.concat([Buffer.from('zINSTREAM\0'), lengthOf(content), content, Buffer.alloc(4)]),
    );
  });
}

function lengthOf(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return length;
}
