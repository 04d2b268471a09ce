import type { ByteReader } from './byte-reader.js';
import type { ClamdLimits } from './clamd-limits.js';
import type { StreamBody } from './stream-body.js';

/** `over`: the client did not stop at twice the limit, so nothing after it can be understood. */
export type Received = 'whole' | 'too-large' | 'over' | 'stalled' | 'gone';

const lengthBytes = 4;

/**
 * Chunks of INSTREAM, `uint32 length, data` until a length of 0 (clamd(8)), into `body`. A stream over the limit, or one
 * that no one reads any more, is read on to its end, up to twice the limit: clients that are still sending would
 * otherwise see a broken connection instead of their answer.
 */
export async function receiveStream(
  reader: ByteReader,
  body: StreamBody,
  limits: Pick<ClamdLimits, 'maxStreamBytes' | 'streamIdleMs'>,
): Promise<Received> {
  for (;;) {
    const length = await readLength(reader, limits.streamIdleMs);
    if (typeof length === 'string') return cut(body, length);
    if (length === 0) break;
    const outcome = await receiveChunk(reader, { body, length, limits });
    if (outcome === 'over') return outcome;
    if (outcome !== 'whole') return cut(body, outcome);
  }
  body.end();
  return body.sizeBytes > limits.maxStreamBytes ? 'too-large' : 'whole';
}

function cut(body: StreamBody, reason: 'stalled' | 'gone'): Received {
  body.cut(reason);
  return reason;
}

async function readLength(reader: ByteReader, timeoutMs: number): Promise<number | 'stalled' | 'gone'> {
  while (reader.available.length < lengthBytes) {
    const read = await reader.more(timeoutMs);
    if (read !== 'bytes') return read === 'timeout' ? 'stalled' : 'gone';
  }
  return reader.take(lengthBytes).readUInt32BE(0);
}

interface Chunk {
  readonly body: StreamBody;
  readonly length: number;
  readonly limits: Pick<ClamdLimits, 'maxStreamBytes' | 'streamIdleMs'>;
}

async function receiveChunk(
  reader: ByteReader,
  { body, length, limits }: Chunk,
): Promise<'whole' | 'over' | 'stalled' | 'gone'> {
  let left = length;
  while (left > 0) {
    if (reader.available.length === 0) {
      const read = await reader.more(limits.streamIdleMs);
      if (read !== 'bytes') return read === 'timeout' ? 'stalled' : 'gone';
    }
    const piece = reader.take(left);
    left -= piece.length;
    if (body.sizeBytes + piece.length > limits.maxStreamBytes) body.cut('too-large');
    await body.write(piece);
    if (body.sizeBytes > 2 * limits.maxStreamBytes) return 'over';
  }
  return 'whole';
}
