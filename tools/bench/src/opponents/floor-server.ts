import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { createClientCertificate } from '@sluice/tls';
import { FloorFiles } from './floor-files.js';

/**
 * The floor of "accepted submissions": the least a server has to do that takes the same requests and keeps the same
 * promise about the bytes. TLS with client certificates, the same multipart, SHA-256, and the file written and flushed
 * as floor-files.ts has it; no registry, no limits, no ledger, no broker.
 *
 * Run as a process of its own with a folder; says its port on the first line.
 */
interface Busboy extends Writable {
  on(event: 'file', listener: (name: string, stream: Readable) => void): this;
  on(event: 'close', listener: () => void): this;
  on(event: string, listener: (...values: never[]) => void): this;
}
const busboy = createRequire(import.meta.url)('busboy') as (options: {
  headers: IncomingHttpHeaders;
}) => Busboy;

function answer(request: IncomingMessage, response: ServerResponse, files: FloorFiles): void {
  const parser = busboy({ headers: request.headers });
  let kept: Promise<string> = Promise.reject(new Error('no file'));
  kept.catch(() => undefined);
  parser.on('file', (_name, stream) => (kept = files.keep(stream)));
  parser.on('close', () => {
    const end = (status: number): void =>
      void response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': 2 }).end('OK');
    void kept.then(
      () => end(200),
      () => end(500),
    );
  });
  request.pipe(parser);
}

const folder = process.argv[2] ?? '';
const files = new FloorFiles(folder);
const { certPem, keyPem } = await createClientCertificate({ commonName: 'floor', days: 2 });
const server = createServer(
  { cert: certPem, key: keyPem, requestCert: true, rejectUnauthorized: false },
  (request, response) => answer(request, response, files),
);
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
