import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { within } from '@sluice/timing';
import type { Header } from './read-fields.js';

/** What waits for its reader; beyond it the MTA waits. */
const bufferedBytes = 256 * 1024;
const crlf = Buffer.from('\r\n');
const lineFeed = 10;
const carriageReturn = 13;

/** The bytes of a message on their way from the MTA to whoever reads them. */
export class MessageContent {
  readonly stream = new PassThrough({ highWaterMark: bufferedBytes });

  constructor() {
    // A message that is abandoned ends in an error, whether or not its reader has begun: without a listener it would end the process.
    this.stream.on('error', () => undefined);
  }

  /** No one reads it any more. */
  get isReleased(): boolean {
    return this.stream.destroyed;
  }

  writeHeaders(headers: readonly Header[], hasLeadingSpace: boolean): void {
    const lines = headers.map((header) => encodeHeaderLine(header, hasLeadingSpace));
    if (!this.isReleased) this.stream.write(Buffer.concat([...lines, crlf]));
  }

  /** Waits for room, at most `timeoutMs`. What no one reads any more is dropped. */
  async write(chunk: Buffer, timeoutMs: number): Promise<'taken' | 'stalled'> {
    if (this.isReleased || this.stream.write(chunk)) return 'taken';
    const stop = new AbortController();
    const { signal } = stop;
    const room = Promise.race([
      once(this.stream, 'drain', { signal }),
      // Both: a stream that is destroyed has no more drains.
      once(this.stream, 'close', { signal }),
    ]);
    const waited = await within(
      timeoutMs,
      room.catch(() => undefined),
    );
    stop.abort();
    return waited === 'done' ? 'taken' : 'stalled';
  }

  end(): void {
    if (!this.isReleased) this.stream.end();
  }

  /** Without an error: its reader is done, and may have been before the end. */
  release(error?: Error): void {
    this.stream.destroy(error);
  }
}

/**
 * A header as it stands in a message. MTAs join its lines by LF alone and, where the leading space was not negotiated, have
 * eaten one.
 */
function encodeHeaderLine({ name, value }: Header, hasLeadingSpace: boolean): Buffer {
  const start = Buffer.from(hasLeadingSpace ? `${name}:` : `${name}: `, 'latin1');
  return Buffer.concat([start, ...linesOf(value), crlf]);
}

function linesOf(value: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = value.indexOf(lineFeed); at !== -1; at = value.indexOf(lineFeed, start)) {
    const isWhole = at > 0 && value[at - 1] === carriageReturn;
    parts.push(value.subarray(start, isWhole ? at - 1 : at), crlf);
    start = at + 1;
  }
  parts.push(value.subarray(start));
  return parts;
}
