import { randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandError } from './command.errors.js';
import { sendPinned, type PinnedAnswer, type PinnedServer } from './pinned-request.js';

export const commandLineSensorId = 'command-line';
export const sensorPath = `/kata/scanner/v1/sensors/${commandLineSensorId}`;

/** A decision on the registry reaches every gateway within a second; a busy system says when to come back. */
const patienceMs = 60_000;
const registryPatienceMs = 10_000;
const retryMs = 250;

export interface Submission {
  readonly file: string;
  readonly scanId: string;
}

/** Streams one file to the gateway; resolves when the gateway has said OK. Repeats are safe: the scanId stays. */
export async function submitObject(gateway: PinnedServer, object: ObjectToSubmit): Promise<Submission> {
  const { file } = object;
  const totalBytes = sizeOf(file);
  const scanId = `cli-${randomUUID()}`;
  const startedAtMs = Date.now();
  for (;;) {
    const answer = await post(gateway, { ...object, scanId, totalBytes });
    if (answer.status === 200) return { file, scanId };
    const waitMs = waitBeforeRetry(answer, Date.now() - startedAtMs);
    if (waitMs === null) throw new CommandError(refusal(answer));
    await pause(waitMs);
  }
}

export interface ObjectToSubmit {
  readonly file: string;
  readonly passwords: readonly string[];
  onProgress(sentBytes: number, totalBytes: number): void;
}

interface Post extends ObjectToSubmit {
  readonly scanId: string;
  readonly totalBytes: number;
}

function post(
  gateway: PinnedServer,
  { file, passwords, scanId, totalBytes, onProgress }: Post,
): Promise<PinnedAnswer> {
  const boundary = `sluice-${randomUUID()}`;
  const objectType = file.toLowerCase().endsWith('.eml') ? 'email' : 'file';
  const head = Buffer.from(
    field(boundary, 'scanId', scanId) +
      field(boundary, 'objectType', objectType) +
      passwords.map((one) => field(boundary, 'password', one)).join('') +
      `--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="${quotable(path.basename(file))}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n',
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return sendPinned(gateway, {
    method: 'POST',
    path: `${sensorPath}/scans`,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + totalBytes + tail.length),
    },
    body: Readable.from(parts(head, createReadStream(file).pipe(counter(totalBytes, onProgress)), tail)),
    timeoutMs: 120_000,
  });
}

async function* parts(head: Buffer, content: Readable, tail: Buffer): AsyncGenerator<Buffer> {
  yield head;
  for await (const chunk of content) yield chunk as Buffer;
  yield tail;
}

function counter(totalBytes: number, onProgress: Post['onProgress']): Transform {
  let sentBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sentBytes += chunk.length;
      onProgress(sentBytes, totalBytes);
      done(null, chunk);
    },
  });
}

const field = (boundary: string, name: string, value: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

/** As browsers do it: a name may not end its quotes or its line. */
const quotable = (name: string): string =>
  name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');

/** Null: a repeat would get the same answer. */
export function waitBeforeRetry(answer: PinnedAnswer, elapsedMs: number): number | null {
  if (answer.status === 401) return elapsedMs < registryPatienceMs ? retryMs : null;
  if (answer.status !== 429 && answer.status !== 503) return null;
  return elapsedMs < patienceMs ? (answer.retryAfterSeconds ?? 1) * 1000 : null;
}

export function refusal(answer: PinnedAnswer): string {
  try {
    const { message } = JSON.parse(answer.text) as { message?: string };
    if (typeof message === 'string') return message;
  } catch {
    // Not JSON: the status says enough.
  }
  return `the gateway answered ${answer.status}`;
}

function sizeOf(file: string): number {
  try {
    const found = statSync(file);
    if (found.isFile()) return found.size;
  } catch (error) {
    throw new CommandError(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  throw new CommandError('is not a file');
}
