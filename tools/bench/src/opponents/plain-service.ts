import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

/**
 * What a user would pick instead: a plain scan service as the popular ones are made. HTTP without TLS, express, multer
 * with its default of keeping the upload in memory, the `clamscan` package over clamd's socket, and the request held until clamd
 * answered. Nothing is stored, nothing recorded.
 *
 * Run as a process of its own with the path of clamd's socket; says its port on the first line.
 */
interface Request {
  readonly file?: { readonly buffer: Buffer };
}
interface Response {
  status(code: number): Response;
  json(body: unknown): void;
}
type Handler = (request: Request, response: Response) => Promise<void>;
interface Express {
  post(path: string, upload: unknown, handler: Handler): void;
  listen(port: number, host: string, listening: () => void): { address(): unknown };
}
interface Scanner {
  scanStream(stream: unknown): Promise<{ isInfected: boolean | null; viruses: string[] }>;
}

const require = createRequire(import.meta.url);
const express = require('express') as () => Express;
const multer = require('multer') as {
  (options: unknown): { single(field: string): unknown };
  memoryStorage(): unknown;
};
const Clamscan = require('clamscan') as new () => { init(options: unknown): Promise<Scanner> };
const { Readable } = await import('node:stream');

const scanner = await new Clamscan().init({
  clamdscan: { socket: process.argv[2], localFallback: false, timeout: 60_000 },
  preference: 'clamdscan',
});
const app = express();
const upload = multer({ storage: multer.memoryStorage() }).single('content');
app.post('/scan', upload, async (request, response) => {
  try {
    const { isInfected, viruses } = await scanner.scanStream(
      Readable.from(request.file?.buffer ?? Buffer.alloc(0)),
    );
    response.status(isInfected === null ? 500 : 200).json({ isInfected, viruses });
  } catch (error) {
    response.status(500).json({ error: (error as Error).message });
  }
});
const server = app.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
