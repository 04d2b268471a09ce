import type { Socket } from 'node:net';
import { MilterProtocolError } from './milter.errors.js';
import { PacketDecoder, type Packet } from './packet-decoder.js';

/** Packets read ahead before the socket is paused: one burst of headers, not a body. */
const readAheadBytes = 256 * 1024;
/** What a packet costs beside its data: those without any would be read ahead without end. */
const packetBytes = 128;
const costOf = ({ data }: Packet): number => packetBytes + data.length;

/**
 * The packets of a connection, one at a time. Reads a little ahead, so that an MTA that hangs up is noticed while its message
 * is being judged, and no further, so that a large message waits in the MTA and not in memory.
 */
export class PacketSource {
  private readonly packets: Packet[] = [];
  private queuedBytes = 0;
  private failure: MilterProtocolError | null = null;
  private hasEnded = false;
  private wake: (() => void) | null = null;
  private readonly decoder: PacketDecoder;
  /** Aborted when the MTA is gone or broke the protocol. */
  readonly gone = new AbortController();

  constructor(
    private readonly socket: Socket,
    maxPacketBytes: number,
  ) {
    this.decoder = new PacketDecoder(maxPacketBytes);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('end', () => this.end());
    socket.on('close', () => this.end());
  }

  /**
   * Null at the end of the connection, whatever was not looked at: no one waits for an answer to it. Rejects with
   * MilterProtocolError when the MTA broke the protocol, or `idleMs` went by without a whole packet: one that trickles in would
   * keep its connection for ever otherwise.
   */
  async next(idleMs: number): Promise<Packet | null> {
    const deadlineMs = performance.now() + idleMs;
    while (this.packets.length === 0 && this.failure === null && !this.hasEnded) {
      if (!(await this.wait(deadlineMs - performance.now()))) {
        throw new MilterProtocolError('idle', `nothing was sent for ${idleMs / 1000} s`);
      }
    }
    if (this.failure !== null) throw this.failure;
    const packet = this.hasEnded ? undefined : this.packets.shift();
    if (packet === undefined) return null;
    this.queuedBytes -= costOf(packet);
    if (this.queuedBytes < readAheadBytes) this.socket.resume();
    return packet;
  }

  private take(chunk: Buffer): void {
    if (this.failure !== null) return;
    try {
      for (const packet of this.decoder.push(chunk)) {
        this.packets.push(packet);
        this.queuedBytes += costOf(packet);
      }
    } catch (error) {
      if (!(error instanceof MilterProtocolError)) throw error;
      this.failure = error;
      this.gone.abort(error);
    }
    if (this.queuedBytes >= readAheadBytes) this.socket.pause();
    this.wake?.();
  }

  private end(): void {
    this.hasEnded = true;
    this.gone.abort();
    this.wake?.();
  }

  private wait(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wakeWith(resolve, false), timeoutMs);
      this.wake = () => {
        clearTimeout(timer);
        this.wakeWith(resolve, true);
      };
    });
  }

  private wakeWith(resolve: (isAwake: boolean) => void, isAwake: boolean): void {
    this.wake = null;
    resolve(isAwake);
  }
}
