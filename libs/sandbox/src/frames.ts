/** A frame: its length in 4 bytes, big endian, then JSON. Content follows a task's frame as it is. */
const lengthBytes = 4;

export function encodeFrame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  const frame = Buffer.allocUnsafe(lengthBytes + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, lengthBytes);
  return frame;
}

export class FrameTooLarge extends Error {
  override readonly name = 'FrameTooLarge';
}

/** Puts frames together from chunks. Holds at most one frame of `maxBytes`; a longer one is refused by its length. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private heldBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Adds a chunk and gives the bodies complete by now. Throws FrameTooLarge. */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.heldBytes += chunk.length;
    const frames: Buffer[] = [];
    for (let frame = this.take(); frame !== null; frame = this.take()) frames.push(frame);
    return frames;
  }

  private take(): Buffer | null {
    if (this.heldBytes < lengthBytes) return null;
    const sizeBytes = this.joinedTo(lengthBytes).readUInt32BE(0);
    if (sizeBytes > this.maxBytes) throw new FrameTooLarge(`a frame of ${sizeBytes} bytes`);
    if (this.heldBytes < lengthBytes + sizeBytes) return null;
    const all = this.joinedTo(lengthBytes + sizeBytes);
    const rest = all.subarray(lengthBytes + sizeBytes);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.heldBytes = rest.length;
    return all.subarray(lengthBytes, lengthBytes + sizeBytes);
  }

  /** The first chunk, made to hold at least `bytes`; joins only when needed, so chunks are copied once. */
  private joinedTo(bytes: number): Buffer {
    const first = this.chunks[0];
    if (first !== undefined && first.length >= bytes) return first;
    const all = Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }
}
