import { afterEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { MilterMessage } from './milter-message.js';
import type { MilterOptions } from './milter-options.js';
import type { MilterReport } from './milter-report.js';
import { MilterServer } from './milter-server.js';
import { encodePacket } from './packet-decoder.js';
import { MilterPeer } from './testing/index.js';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Of version 6, without actions and steps. */
const offer = encodePacket('O', Buffer.from('000000060000000000000000', 'hex'));

/** What a handler decided on: the envelope, and all that it was shown. */
interface Decided {
  readonly recipients: readonly string[];
  readonly headers: readonly string[];
  readonly content: string;
}

async function start(options: Partial<MilterOptions> = {}) {
  const decided: Decided[] = [];
  const reports: MilterReport[] = [];
  const handleMessage = async (message: MilterMessage) => {
    const content = await text(message.content.setEncoding('latin1'));
    decided.push({
      recipients: message.recipients.map(({ address }) => address),
      headers: message.headers.map(({ name }) => name),
      content,
    });
    return { answer: { kind: 'continue' } } as const;
  };
  const report = (one: MilterReport): unknown => reports.push(one);
  const server = new MilterServer({ report, ...options, handlers: { handleMessage } });
  await server.listen({ host: '127.0.0.1', port: 0 });
  ends.push(() => server.close());
  return { server, port: server.port, decided, reports };
}

type Step = readonly [letter: string, data: string];

/** Whole packets of an MTA, in any order, and some that are none. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>(['M', '<a@example.org>\0SIZE=1\0']) },
  { weight: 6, arbitrary: fc.constantFrom<Step>(['R', '<b@example.org>\0'], ['R', 'c@example.org\0']) },
  { weight: 6, arbitrary: fc.constantFrom<Step>(['L', 'X\0 y\0'], ['L', 'Z\0 \xff\r\n 8-bit\0']) },
  { weight: 3, arbitrary: fc.constantFrom<Step>(['T', ''], ['N', '']) },
  { weight: 4, arbitrary: fc.constantFrom<Step>(['B', 'body\r\n'], ['B', '']) },
  { weight: 6, arbitrary: fc.constantFrom<Step>(['E', ''], ['E', 'rest']) },
  { weight: 3, arbitrary: fc.constantFrom<Step>(['A', ''], ['K', ''], ['H', 'helo\0'], ['U', 'VRFY\0']) },
  { weight: 2, arbitrary: fc.constantFrom<Step>(['C', 'x\x004\0\x01127.0.0.1\0'], ['D', 'Mi\0Q1\0']) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...'ABCDEHKLMNRTUQ?'), fc.string({ unit: 'binary', maxLength: 20 })),
  },
);

describe('an MTA that keeps to no order', () => {
  /**
   * Whatever is sent: a message that is taken was shown whole to its handler, with the envelope that it was decided on. What is
   * expected is made of the packets alone, of those that begin with a sender and go on to an end in order.
   */
  it('is answered for messages that were sent in order, and for no others', async () => {
    const { port, decided, server } = await start();
    const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      decided.length = 0;
      const peer = await MilterPeer.start(port);
      for (const [letter, data] of steps) peer.send(letter, Buffer.from(data, 'latin1'));
      peer.send('A');
      peer.socket.write(offer);
      await until(() => peer.isClosed || peer.unread.some(({ letter }) => letter === 'O'), 30_000, 1);
      const taken = peer.unread.filter(({ letter }) => letter === 'c').length;
      const expected = inOrder(steps);
      // A connection that is closed for what came later may have left a message without its answer, and no message otherwise.
      const isWhole = !peer.isClosed;
      expect(decided.slice(0, expected.length)).toEqual(
        isWhole ? expected : expected.slice(0, decided.length),
      );
      expect(taken).toBeLessThanOrEqual(decided.length);
      if (isWhole) expect(taken).toBe(decided.length);
      await peer.close();
    });
    await fc.assert(property, { numRuns: 150 });
    await until(() => server.connectionCount === 0);
  });
});

/** The messages of whole packets, up to the first that cannot stand where it does. */
function inOrder(steps: readonly Step[]): Decided[] {
  const messages: Decided[] = [];
  let open: { recipients: string[]; headers: string[]; head: string; body: string | null } | null = null;
  for (const [letter, data] of steps) {
    const isFixed = fixed.has(letter + data);
    if (!isFixed) return messages;
    if (letter === 'M') open = { recipients: [], headers: [], head: '', body: null };
    else if (letter === 'A' || letter === 'K') open = null;
    else if ('RLNBE'.includes(letter)) {
      if (open === null) return messages;
      const isLate = open.body !== null;
      if ((letter === 'R' || letter === 'L') && isLate) return messages;
      if (letter === 'R') open.recipients.push(data.replace(/[<>\0]/g, ''));
      else if (letter === 'L') {
        open.headers.push(data[0] ?? '');
        open.head += `${data.slice(0, -1).replace('\0', ':')}\r\n`;
      } else open.body = (open.body ?? '') + data;
      if (letter === 'E') {
        const { recipients, headers, head, body } = open;
        messages.push({ recipients, headers, content: `${head}\r\n${body ?? ''}` });
        open = null;
      }
    }
  }
  return messages;
}
const fixed = new Set([
  'M<a@example.org>\0SIZE=1\0',
  'R<b@example.org>\0',
  'Rc@example.org\0',
  'LX\0 y\0',
  'LZ\0 \xff\r\n 8-bit\0',
  ...['T', 'N', 'B', 'Bbody\r\n', 'E', 'Erest', 'A', 'K', 'Hhelo\0', 'UVRFY\0'],
  'Cx\x004\0\x01127.0.0.1\0',
  'DMi\0Q1\0',
]);

describe('a connection that trickles', () => {
  /** How many bytes went out, each in time for itself, before the connection was closed. */
  const trickle = async (port: number, bytes: Buffer): Promise<number> => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    ends.push(async () => socket.destroy());
    let isClosed = false;
    socket.resume().once('close', () => (isClosed = true));
    let sent = 0;
    for (; sent < bytes.length && !isClosed; sent += 1) {
      socket.write(bytes.subarray(sent, sent + 1));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return sent;
  };

  it.each([
    ['its first packet', encodePacket('O', Buffer.alloc(1500))],
    ['a health check', Buffer.from(`GET /${'x'.repeat(1500)}`)],
  ])('%s is closed when its time is over', async (_what, bytes) => {
    const { port, server } = await start({ limits: { handshakeMs: 200, idleMs: 600_000 } });
    expect(await trickle(port, bytes)).toBeLessThan(bytes.length);
    await until(() => server.connectionCount === 0);
  });
  it('a later packet is closed when its time is over', async () => {
    const { port, reports } = await start({ limits: { idleMs: 200 } });
    const bytes = Buffer.concat([offer, encodePacket('B', Buffer.alloc(1500))]);
    expect(await trickle(port, bytes)).toBeLessThan(bytes.length);
    await until(() => reports.length > 0);
    expect(reports).toMatchObject([{ kind: 'protocol-error', error: { code: 'idle' } }]);
  });
});
