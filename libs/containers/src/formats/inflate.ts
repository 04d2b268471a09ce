import { type ZlibOptions, constants, createInflateRaw, inflateRawSync } from 'node:zlib';

export type Inflated =
  | {
      readonly kind: 'whole';
      readonly bytes: Buffer;
      /** Bytes of the input that belonged to it. */ readonly consumed: number;
    }
  /** What came out before a fault, or before the input ended. */
  | { readonly kind: 'broken'; readonly bytes: Buffer; readonly consumed: number }
  | { readonly kind: 'too-large' };

/** The types know no `info`, which is documented: the result and the engine that made it. */
type WithEngine = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

/** One raw deflate stream at the beginning of `input`; whatever stands behind it is left. */
export async function inflate(input: Buffer, maxBytes: number, expectedBytes = 65_536): Promise<Inflated> {
  const chunkSize = Math.max(64, Math.min(expectedBytes + 1, 65_536));
  const options: ZlibOptions = { maxOutputLength: Math.max(1, maxBytes), chunkSize, info: true };
  try {
    const { buffer, engine } = inflateRawSync(input, options) as unknown as WithEngine;
    return { kind: 'whole', bytes: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return { kind: 'too-large' };
    return inflateBroken(input, maxBytes);
  }
}

/** The one-call form gives nothing of a broken stream, so this one goes piece by piece. */
async function inflateBroken(input: Buffer, maxBytes: number): Promise<Inflated> {
  const engine = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  const pieces: Buffer[] = [];
  let length = 0;
  engine.end(input);
  try {
    for await (const piece of engine) {
      length += (piece as Buffer).length;
      if (length > maxBytes) return { kind: 'too-large' };
      pieces.push(piece as Buffer);
    }
  } catch {
    // The fault itself says no more than that the stream is broken, which the result's kind says.
  } finally {
    engine.destroy();
  }
  return { kind: 'broken', bytes: Buffer.concat(pieces), consumed: engine.bytesWritten };
}
