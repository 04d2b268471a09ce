import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { until } from '@sluice/timing';
import { encodePacket } from '../packet-decoder.js';

export interface PeerReply {
  readonly letter: string;
  readonly data: Buffer;
}

export interface PeerMessage {
  readonly sender?: string;
  readonly recipients?: readonly string[];
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer | string;
  /** Sent before the end of the body, as Postfix does. */
  readonly queueId?: string;
}

const allActions = 0x1ff;
const allSteps = 0x1f_ffff;

/** The MTA's side of the protocol, as plain as it can be: it sends what it is told, and keeps what comes back. */
export class MilterPeer {
  private received = Buffer.alloc(0);
  private readonly replies: PeerReply[] = [];
  isClosed = false;
  steps = 0;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  static async connect(options: NetConnectOpts): Promise<MilterPeer> {
    const socket = connect(options);
    await once(socket, 'connect');
    return new MilterPeer(socket);
  }

  /** Connected and negotiated as a Postfix of today does. */
  static async start(port: number, steps = allSteps): Promise<MilterPeer> {
    const peer = await MilterPeer.connect({ host: '127.0.0.1', port });
    await peer.negotiate(6, allActions, steps);
    return peer;
  }

  async negotiate(version: number, actions = allActions, steps = allSteps): Promise<number[]> {
    this.send('O', uint32(version), uint32(actions), uint32(steps));
    const { data } = await this.reply();
    const answer = [data.readUInt32BE(0), data.readUInt32BE(4), data.readUInt32BE(8)];
    this.steps = answer[2] ?? 0;
    return answer;
  }

  send(letter: string, ...data: readonly (Buffer | string)[]): void {
    const parts = data.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part));
    this.socket.write(encodePacket(letter, Buffer.concat(parts)));
  }

  /** The next packet of the filter; rejects when there is none in time. */
  reply(timeoutMs = 90_000): Promise<PeerReply> {
    return until(() => this.replies.shift(), timeoutMs, 5);
  }

  /** What has come and was not asked for. */
  get unread(): readonly PeerReply[] {
    return this.replies;
  }

  connectFrom(name: string, address: string, port = 12_345): void {
    this.send('C', `${name}\0${address.includes(':') ? '6' : '4'}`, uint16(port), `${address}\0`);
  }

  macros(command: string, values: Readonly<Record<string, string>>): void {
    const pairs = Object.entries(values).flatMap(([name, value]) => [name, value]);
    this.send('D', command, `${pairs.join('\0')}\0`);
  }

  /** Up to, and without, the end of the headers. */
  begin({
    sender = 'a@example.org',
    recipients = ['b@example.org'],
    headers = [['Subject', ' x']],
  }: PeerMessage): void {
    this.send('M', `<${sender}>\0`);
    for (const recipient of recipients) this.send('R', `<${recipient}>\0`);
    this.send('T');
    for (const [name, value] of headers) this.send('L', `${name}\0${value}\0`);
  }

  /** A whole message, for steps without answers before its end. What comes back: edits, then the answer. */
  async message(message: PeerMessage = {}): Promise<PeerReply[]> {
    this.begin(message);
    this.send('N');
    const body = Buffer.from(message.body ?? 'body\r\n');
    for (let at = 0; at < body.length; at += 65_535) this.send('B', body.subarray(at, at + 65_535));
    if (message.queueId !== undefined) this.macros('E', { i: message.queueId });
    this.send('E');
    return this.answers();
  }

  /** Up to the packet that ends a message. Signs of life are left out. */
  async answers(): Promise<PeerReply[]> {
    const answers: PeerReply[] = [];
    for (;;) {
      const one = await this.reply();
      if (one.letter !== 'p') answers.push(one);
      if ('acdrty'.includes(one.letter)) return answers;
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    const closed = once(this.socket, 'close');
    this.socket.destroy();
    await closed;
  }

  private take(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    while (this.received.length >= 4 && this.received.length >= 4 + this.received.readUInt32BE(0)) {
      const end = 4 + this.received.readUInt32BE(0);
      this.replies.push({
        letter: this.received.toString('latin1', 4, 5),
        data: Buffer.from(this.received.subarray(5, end)),
      });
      this.received = this.received.subarray(end);
    }
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
