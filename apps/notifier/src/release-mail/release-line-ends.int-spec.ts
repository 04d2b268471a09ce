import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { releaseReceiverSchema } from './release-receiver.js';
import { ReleaseTransport } from './release-transport.js';
import { sendRelease } from './send-release.js';

const end = '\r\n.\r\n';

/** Takes all that comes up to the end of the data as RFC 5321 has it, and keeps it as it came. */
function answer(socket: Socket, onData: (data: string) => void): void {
  let [seen, isData] = ['', false];
  socket.on('error', () => undefined);
  socket.write('220 receiver.example\r\n');
  socket.setEncoding('latin1').on('data', (text: string) => {
    seen += text;
    const ends = isData ? seen.indexOf(end) : seen.indexOf('\r\n');
    if (ends < 0) return;
    const line = seen.slice(0, ends);
    if (isData) onData(seen);
    const isAsked = !isData && line === 'DATA';
    seen = '';
    isData = isAsked;
    socket.write(isAsked ? '354 go on\r\n' : '250 2.0.0 ok\r\n');
  });
}

/**
 * Servers disagree about lines that end in CR or LF alone: one that takes `\n.\n` for the end of a mail would read what is
 * behind it as another one, from whomever its sender likes (SMTP smuggling). None of them leaves us.
 */
describe('the line ends of a mail that is released', () => {
  let server: Server;
  let transport: ReleaseTransport;
  const received: string[] = [];
  beforeAll(async () => {
    server = createServer((socket) => answer(socket, (data) => received.push(data))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    transport = new ReleaseTransport(
      releaseReceiverSchema.parse(`smtp://127.0.0.1:${port}`),
      'notifier.example',
    );
  });
  afterAll(() => {
    transport.close();
    server.close();
  });

  const released = async (chunks: readonly string[]): Promise<string> => {
    received.length = 0;
    const outcome = await sendRelease(
      {
        id: 'r',
        form: 'original',
        mailFrom: 'joerg@example.com',
        subject: null,
        operator: 'ann',
        pending: ['anna@example.org'],
        recipients: ['anna@example.org'],
        createdAt: new Date(),
      },
      {
        kind: 'kept',
        sizeBytes: chunks.join('').length,
        hasEightBits: false,
        read: () =>
          Promise.resolve(
            Readable.from(
              chunks.map((one) => Buffer.from(one, 'latin1')),
              { objectMode: false },
            ),
          ),
      },
      { transport, from: 'postmaster@example.org', signal: new AbortController().signal },
    );
    expect(outcome).toMatchObject({ kind: 'answered', answers: [{ outcome: 'taken' }] });
    expect(received).toHaveLength(1);
    return received[0] ?? '';
  };

  const next =
    'MAIL FROM:<ceo@example.org>\r\nRCPT TO:<anna@example.org>\r\nDATA\r\nSubject: pay\r\n\r\nnow\r\n';
  const piece = fc.constantFrom('\r', '\n', '.', '\r\n', '\r\n.', '\n.\n', '\r.\r', '\n.\r\n', 'x', next);
  it('are CR LF, and what stands behind a dot is a part of the mail, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 8 }), { maxLength: 6 }), async (pieces) => {
        const chunks = [
          'Subject: x\r\n\r\n',
          ...pieces.map((one) => one.join('')).filter((one) => one !== ''),
        ];
        const wire = await released(chunks);
        expect(wire.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        expect(wire.indexOf(end)).toBe(wire.length - end.length);
        const lines = chunks.join('').split(/\r\n|\r|\n/);
        if (lines.at(-1) === '') lines.pop();
        const sent = wire.slice(0, -end.length).split('\r\n');
        expect(sent.map((line) => line.replace(/^\./, ''))).toEqual(lines);
        expect(sent.filter((line) => line === '.')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
