import { connect, type Socket } from 'node:net';
import type { ClientRequest } from './client-request.js';

const patienceMs = 120_000;
/** Version 6, every action, no step left out: the filter answers each. Constants of Sendmail's mfdef.h. */
const offer = { version: 6, actions: 0x1ff, steps: 0 } as const;
/** Answers that end a message: accept, continue, reject, discard, tempfail, reply code. */
const finalAnswers = 'acrdty';

/** One message as an MTA hands it to its filter; answers the last word, as `y 550 5.7.1 …` or `a`. */
export async function callMilter({
  port,
  from,
  to,
  headers,
  body,
}: Extract<ClientRequest, { kind: 'milter' }>): Promise<string> {
  const filter = new Filter(connect({ host: '127.0.0.1', port }));
  const words = [offer.version, offer.actions, offer.steps];
  await filter.ask('O', Buffer.concat(words.map(bigEndian)));
  await filter.ask('C', Buffer.from('client.example\u00004\0\u0019192.0.2.7\0', 'latin1'));
  await filter.ask('H', Buffer.from('client.example\0'));
  await filter.ask('M', Buffer.from(`<${from}>\0`));
  await filter.ask('R', Buffer.from(`<${to}>\0`));
  await filter.ask('T', Buffer.alloc(0));
  for (const [name, value] of headers) await filter.ask('L', Buffer.from(`${name}\0 ${value}\0`));
  await filter.ask('N', Buffer.alloc(0));
  await filter.ask('B', Buffer.from(body));
  const answer = await filter.ask('E', Buffer.alloc(0));
  filter.end();
  return answer;
}

class Filter {
  private received = Buffer.alloc(0);
  private failure: Error | null = null;
  private wake: () => void = () => undefined;

  constructor(private readonly socket: Socket) {
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data: Buffer) => {
      this.received = Buffer.concat([this.received, data]);
      this.wake();
    });
    socket.on('error', (error) => (this.failure = error));
    socket.once('close', () => {
      this.failure ??= new Error('the filter hung up');
      this.wake();
    });
  }

  /** Sends one command; passes over what only changes the message and over progress. */
  async ask(command: string, data: Buffer): Promise<string> {
    this.socket.write(Buffer.concat([bigEndian(data.length + 1), Buffer.from(command), data]));
    for (;;) {
      const [kind, text] = await this.next();
      if (kind === 'O' || finalAnswers.includes(kind)) return `${kind} ${text}`.trim();
    }
  }

  end(): void {
    this.socket.end(Buffer.concat([bigEndian(1), Buffer.from('Q')]));
  }

  private async next(): Promise<[kind: string, text: string]> {
    for (;;) {
      const length = this.received.length < 4 ? null : this.received.readUInt32BE(0);
      if (length !== null && this.received.length >= 4 + length) {
        const frame = this.received.subarray(4, 4 + length);
        this.received = this.received.subarray(4 + length);
        return [String.fromCharCode(frame[0] ?? 0), frame.subarray(1).toString('latin1').replace(/\0$/, '')];
      }
      if (this.failure !== null) throw this.failure;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

function bigEndian(value: number): Buffer {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(value);
  return word;
}
