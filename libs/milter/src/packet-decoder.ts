import { MilterProtocolError } from './milter.errors.js';
import { commandOf, type MilterCommand } from './protocol.js';

export interface Packet {
  readonly command: MilterCommand;
  readonly data: Buffer;
}

const lengthBytes = 4;

/** Cuts a stream into packets. Holds at most one unfinished packet, of at most `maxPacketBytes`. */
export class PacketDecoder {
  private pending: Buffer[] = [];
  private pendingBytes = 0;

  constructor(private readonly maxPacketBytes: number) {}

  /** Throws MilterProtocolError on the first packet that is too long or has no command known. */
  *push(chunk: Buffer): Generator<Packet> {
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    for (;;) {
      const length = this.nextLength();
      if (length === null || this.pendingBytes < lengthBytes + length) return;
      yield this.takePacket(length);
    }
  }

  private nextLength(): number | null {
    if (this.pendingBytes < lengthBytes) return null;
    // Joined only until the length can be read: joining at each chunk would copy a large packet once per chunk.
    while (this.pending[0] !== undefined && this.pending[0].length < lengthBytes) {
      this.pending.splice(0, 2, Buffer.concat(this.pending.slice(0, 2)));
    }
    const length = this.pending[0]?.readUInt32BE(0) ?? 0;
    if (length === 0) throw new MilterProtocolError('malformed-packet', 'a packet without a command');
    if (length > this.maxPacketBytes) {
      throw new MilterProtocolError(
        'oversized-packet',
        `a packet of ${length} bytes, ${this.maxPacketBytes} are the most`,
      );
    }
    return length;
  }

  private takePacket(length: number): Packet {
    const all = this.pending.length === 1 ? this.pending[0] : Buffer.concat(this.pending);
    const bytes = all ?? Buffer.alloc(0);
    const end = lengthBytes + length;
    this.pending = end < bytes.length ? [bytes.subarray(end)] : [];
    this.pendingBytes = bytes.length - end;
    const letter = bytes.toString('latin1', lengthBytes, lengthBytes + 1);
    const command = commandOf(letter);
    if (command === undefined) {
      throw new MilterProtocolError('unknown-command', `the command ${JSON.stringify(letter)}`);
    }
    return { command, data: bytes.subarray(lengthBytes + 1, end) };
  }
}

/** One packet as it goes over the wire, in either direction. */
export function encodePacket(letter: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(lengthBytes + 1);
  head.writeUInt32BE(data.length + 1, 0);
  head.write(letter, lengthBytes, 'latin1');
  return Buffer.concat([head, data]);
}
