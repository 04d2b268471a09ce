import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@sluice/timing';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Decision } from './decision.js';
import type { MilterMessage } from './milter-message.js';
import type { MilterOptions } from './milter-options.js';
import type { MilterReport } from './milter-report.js';
import { MilterServer } from './milter-server.js';
import { encodePacket } from './packet-decoder.js';
import { stepBits } from './protocol.js';
import { MilterPeer, type PeerReply } from './testing/index.js';

const taken: Decision = { answer: { kind: 'continue' } };
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Seen {
  readonly content: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly client: string | null | undefined;
  readonly helo: string | null;
  readonly queueId: string | null;
  readonly user: string | undefined;
}

async function see(message: MilterMessage): Promise<Seen> {
  const content = await text(message.content.setEncoding('latin1'));
  return {
    content,
    sender: message.sender.address,
    recipients: message.recipients.map(({ address }) => address),
    client: message.client?.address,
    helo: message.helo,
    queueId: message.queueId,
    user: message.macro('auth_authen'),
  };
}

interface Started {
  readonly port: number;
  readonly server: MilterServer;
  readonly seen: Seen[];
  readonly reports: MilterReport[];
}

async function start(
  decide: (message: MilterMessage) => Decision | Promise<Decision> = () => taken,
  options: Partial<MilterOptions> = {},
): Promise<Started> {
  const seen: Seen[] = [];
  const reports: MilterReport[] = [];
  const server = new MilterServer({
    actions: ['add-headers', 'change-headers', 'quarantine'],
    report: (report) => reports.push(report),
    ...options,
    handlers: {
      async handleMessage(message) {
        seen.push(await see(message));
        return decide(message);
      },
      ...options.handlers,
    },
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  ends.push(() => server.close());
  return { port: server.port, server, seen, reports };
}

async function peerOf(port: number, steps?: number): Promise<MilterPeer> {
  const peer = await MilterPeer.start(port, steps);
  ends.push(() => peer.close());
  return peer;
}

const shown = (replies: readonly PeerReply[]): string[] =>
  replies.map(({ letter, data }) => letter + data.toString('latin1'));

describe('a message', () => {
  it('is shown as the MTA has it: CRLF, folds, bytes, the spaces it came with', async () => {
    const { port, seen } = await start();
    const peer = await peerOf(port);
    const headers = [
      ['Subject', 'no space'],
      ['To', '  two\n\tfolded'],
      ['X-Bytes', ' ä'],
    ] as const;
    expect(shown(await peer.message({ headers, body: 'line\r\n.\r\n' }))).toEqual(['c']);
    expect(seen[0]?.content).toBe(
      'Subject:no space\r\nTo:  two\r\n\tfolded\r\nX-Bytes: Ã¤\r\n\r\nline\r\n.\r\n',
    );
  });
  it('gets back the space that an MTA without leading spaces has eaten', async () => {
    const { port, seen } = await start();
    const peer = await peerOf(port, 0x1f_ffff & ~stepBits.leadingSpace);
    await peer.message({ headers: [['Subject', 'x']] });
    expect(seen[0]?.content).toBe('Subject: x\r\n\r\nbody\r\n');
  });
  it('comes with its envelope, its client and what macros said', async () => {
    const { port, seen } = await start();
    const peer = await peerOf(port);
    peer.connectFrom('mail.example', 'IPv6:2001:db8::1');
    peer.send('H', 'helo.example\0');
    peer.macros('M', { '{auth_authen}': 'anna' });
    await peer.message({ sender: '', recipients: ['ä@example.org', 'c@example.org'], queueId: '4ABC' });
    expect(seen).toEqual([
      expect.objectContaining({
        sender: '',
        recipients: ['ä@example.org', 'c@example.org'],
        client: '2001:db8::1',
        helo: 'helo.example',
        queueId: '4ABC',
        user: 'anna',
      }),
    ]);
  });
  it.each([
    ['U', null],
    ['L', null],
  ])('of a client of family %s has no address', async (family, client) => {
    const { port, seen } = await start();
    const peer = await peerOf(port);
    peer.send('C', `localhost\0${family}`);
    await peer.message();
    expect(seen[0]?.client).toBe(client);
  });
  it('may end with the last piece of its body', async () => {
    const { port, seen } = await start();
    const peer = await peerOf(port);
    peer.begin({});
    peer.send('N');
    peer.send('B', 'one ');
    peer.send('E', 'two');
    expect(shown(await peer.answers())).toEqual(['c']);
    expect(seen[0]?.content).toBe('Subject: x\r\n\r\none two');
  });
  it('of 30 MB waits in the MTA while no one reads it', async () => {
    let read: () => void = () => undefined;
    const mayRead = new Promise<void>((resolve) => (read = resolve));
    let length = 0;
    const { port } = await start(() => taken, {
      handlers: {
        async handleMessage({ content }) {
          await mayRead;
          for await (const chunk of content) length += (chunk as Buffer).length;
          return taken;
        },
      },
    });
    const peer = await peerOf(port);
    const packet = encodePacket('B', Buffer.alloc(65_535, 'x'));
    peer.begin({ headers: [] });
    peer.send('N');
    let sent = 0;
    const sending = (async () => {
      for (; sent < 480; sent += 1) await new Promise((resolve) => peer.socket.write(packet, resolve));
    })();
    // Until it stands still: what the filter and the kernel's buffers hold is on its way.
    let before = -1;
    await until(() => sent === before || ((before = sent), false), 60_000, 500);
    expect(sent).toBeLessThan(300);
    read();
    await sending;
    peer.send('E');
    expect(shown(await peer.answers())).toEqual(['c']);
    expect(length).toBe(480 * 65_535 + 2);
  });
});

describe('answers before the end of a message', () => {
  it('are not sent where the MTA does not wait for them', async () => {
    const { port } = await start();
    const peer = await peerOf(port);
    peer.connectFrom('mail.example', '192.0.2.1');
    peer.send('H', 'x\0');
    expect(shown(await peer.message())).toEqual(['c']);
    expect(peer.unread).toEqual([]);
  });
  it('are sent to an MTA of version 2, one for each step', async () => {
    const { port } = await start();
    const peer = await MilterPeer.connect({ host: '127.0.0.1', port });
    ends.push(() => peer.close());
    expect(await peer.negotiate(2, 0x3f, 0x7f)).toEqual([2, 0x31, 0]);
    peer.connectFrom('mail.example', '192.0.2.1');
    peer.send('H', 'x\0');
    peer.send('M', '<a@b>\0');
    peer.send('R', '<c@d>\0');
    peer.send('L', 'Subject\0x\0');
    peer.send('N');
    peer.send('B', 'body');
    for (let step = 0; step < 7; step += 1) expect((await peer.reply()).letter).toBe('c');
    peer.send('E');
    expect((await peer.reply()).letter).toBe('c');
  });
  it('say of each recipient whether it is taken; the message has those that were', async () => {
    const reply = { code: 550, enhancedCode: '5.1.1', lines: ['no'] };
    const recipients: string[] = [];
    const { port } = await start(() => taken, {
      handlers: {
        handleMessage: (message) => {
          recipients.push(...message.recipients.map(({ address }) => address));
          return Promise.resolve(taken);
        },
        checkRecipient: ({ address }) =>
          Promise.resolve(address.startsWith('bad') ? { kind: 'reply', reply } : { kind: 'continue' }),
      },
    });
    const peer = await peerOf(port);
    peer.send('M', '<a@b>\0');
    peer.send('R', '<bad@example.org>\0');
    peer.send('R', '<good@example.org>\0');
    expect(shown([await peer.reply(), await peer.reply()])).toEqual(['y550 5.1.1 no\0', 'c']);
    peer.send('N');
    peer.send('E');
    expect(shown(await peer.answers())).toEqual(['c']);
    expect(recipients).toEqual(['good@example.org']);
  });
  it('may refuse a sender, whose message is then over', async () => {
    const { port } = await start(() => taken, {
      handlers: {
        handleMessage: () => Promise.resolve(taken),
        checkSender: ({ sender }) =>
          Promise.resolve({ kind: sender.address === 'x@y' ? 'reject' : 'continue' }),
        checkClient: () => Promise.reject(new Error('broken')),
      },
    });
    const peer = await peerOf(port);
    peer.connectFrom('mail.example', '192.0.2.1');
    expect(shown([await peer.reply()])[0]).toMatch(/^y451 4\.3\.0 /);
    peer.send('M', '<x@y>\0');
    expect((await peer.reply()).letter).toBe('r');
    peer.send('M', '<a@b>\0');
    expect((await peer.reply()).letter).toBe('c');
  });
  it('leave out the rest of a body that no one reads, where that was agreed', async () => {
    const { port } = await start(() => taken, {
      skipUnreadBody: true,
      handlers: { handleMessage: () => Promise.resolve(taken) },
    });
    const peer = await peerOf(port);
    expect(peer.steps & stepBits.noReplyToBody).toBe(0);
    peer.begin({});
    peer.send('N');
    await until(async () => {
      peer.send('B', 'x');
      return (await peer.reply()).letter === 's';
    });
    peer.send('E');
    expect(shown(await peer.answers())).toEqual(['c']);
  });
});

describe('a decision', () => {
  it('is its edits, then its answer', async () => {
    const { port } = await start(() => ({
      answer: { kind: 'accept' },
      edits: [
        { kind: 'quarantine', reason: 'held' },
        { kind: 'remove-headers', name: 'X-Mine' },
        { kind: 'prepend-headers', headers: [{ name: 'X-Mine', value: 'yes' }] },
      ],
    }));
    const peer = await peerOf(port);
    const headers = [['x-mine', ' forged']] as const;
    expect(shown(await peer.message({ headers }))).toEqual([
      'm\0\0\0\x01X-Mine\0\0',
      'i\0\0\0\0X-Mine\0 yes\0',
      'qheld\0',
      'a',
    ]);
  });
  it.each<[Decision['answer'], string]>([
    [{ kind: 'reject' }, 'r'],
    [{ kind: 'tempfail' }, 't'],
    [{ kind: 'discard' }, 'd'],
    [{ kind: 'accept' }, 'a'],
    [{ kind: 'reply', reply: { code: 550, enhancedCode: '5.7.1', lines: ['50%'] } }, 'y550 5.7.1 50%%\0'],
  ])('%j is %j', async (answer, sent) => {
    const { port } = await start(() => ({ answer }));
    expect(shown(await (await peerOf(port)).message())).toEqual([sent]);
  });
  it.each<[string, () => Decision]>([
    [
      'an edit that the MTA does not allow',
      () => ({ ...taken, edits: [{ kind: 'replace-body', body: Buffer.of(1) }] }),
    ],
    [
      'an edit of a message that is refused',
      () => ({ answer: { kind: 'reject' }, edits: [{ kind: 'quarantine', reason: 'x' }] }),
    ],
    [
      'a fault',
      () => {
        throw new Error('broken');
      },
    ],
  ])(
    'that is %s becomes a temporary refusal, is reported, and nothing of it is sent',
    async (_what, decide) => {
      const { port, reports } = await start(decide);
      const peer = await peerOf(port);
      const replies = shown(await peer.message({ queueId: '4X' }));
      expect(replies).toHaveLength(1);
      expect(replies[0]).toMatch(/^y451 4\.3\.0 /);
      expect(reports).toEqual([{ kind: 'handler-failed', queueId: '4X', error: expect.anything() }]);
    },
  );
  it.each<[string, () => Decision, readonly string[]]>([
    ['sent', () => taken, ['a@example.org']],
    ['impossible', () => ({ answer: { kind: 'reject' }, edits: [{ kind: 'quarantine', reason: 'x' }] }), []],
  ])('that is %s is told to its handler only when it was sent', async (_what, decide, senders) => {
    const answered: string[] = [];
    const { port } = await start(decide, {
      handlers: {
        handleMessage: () => Promise.resolve().then(decide),
        onAnswered: ({ sender }) => answered.push(sender.address),
      },
    });
    await (await peerOf(port)).message();
    expect(answered).toEqual(senders);
  });
  it('that takes long is waited for with signs of life, each of which begins the MTA’s time anew', async () => {
    let decide: (decision: Decision) => void = () => undefined;
    const { port } = await start(() => new Promise<Decision>((resolve) => (decide = resolve)), {
      limits: { progressMs: 5 },
    });
    const peer = await peerOf(port);
    peer.begin({});
    peer.send('N');
    peer.send('B', 'x');
    peer.send('E');
    expect(shown([await peer.reply(), await peer.reply()])).toEqual(['p', 'p']);
    decide({ answer: { kind: 'reject' } });
    expect(shown(await peer.answers())).toEqual(['r']);
  });
  it('that never comes is a temporary refusal; its handler hears of it', async () => {
    let signal: AbortSignal | undefined;
    const decide = (message: MilterMessage): Promise<Decision> => {
      signal = message.signal;
      return new Promise(() => undefined);
    };
    const { port, reports } = await start(decide, { limits: { holdMs: 50 } });
    const peer = await peerOf(port);
    expect(shown(await peer.message())[0]).toMatch(/^y451/);
    expect(reports).toEqual([{ kind: 'handler-too-slow', queueId: null }]);
    expect(signal?.aborted).toBe(true);
    expect(shown(await peer.message())[0]).toMatch(/^y451/);
  });
});

describe('a message that is abandoned', () => {
  const never = (): Promise<Decision> => new Promise(() => undefined);
  const endings: [string, (peer: MilterPeer) => void][] = [
    ['the MTA aborts it', (peer) => peer.send('A')],
    ['the MTA begins another', (peer) => peer.send('M', '<next@example.org>\0')],
    ['the MTA begins another connection', (peer) => peer.send('K')],
    ['the MTA quits', (peer) => peer.send('Q')],
    ['the MTA hangs up', (peer) => peer.socket.destroy()],
    ['the MTA speaks nonsense', (peer) => peer.send('?')],
  ];
  it.each(endings)('because %s ends its content and its signal', async (_why, end) => {
    const messages: MilterMessage[] = [];
    const { port, reports } = await start(never, {
      handlers: {
        handleMessage: (message) => {
          messages.push(message);
          return text(message.content).then(() => taken);
        },
      },
    });
    const peer = await peerOf(port);
    peer.begin({});
    peer.send('N');
    peer.send('B', 'half');
    const [message] = await until(() => messages.length > 0 && messages);
    end(peer);
    await until(() => message?.signal.aborted);
    expect(message?.content.errored).toMatchObject({ name: 'MessageAbandonedError' });
    expect(reports).toContainEqual({ kind: 'message-abandoned', queueId: null });
  });
  it('while its content waits for a reader, ends that too', async () => {
    const messages: MilterMessage[] = [];
    const { port, reports } = await start(never, {
      handlers: {
        handleMessage: (message) => {
          messages.push(message);
          return never();
        },
      },
    });
    const peer = await peerOf(port);
    peer.begin({});
    peer.send('N');
    for (let index = 0; index < 10; index += 1) peer.send('B', Buffer.alloc(60_000));
    const [message] = await until(
      () => messages.length > 0 && (messages[0]!.content as PassThrough).writableNeedDrain && messages,
    );
    await peer.close();
    await until(() => message?.signal.aborted);
    expect(reports).toEqual([{ kind: 'message-abandoned', queueId: null }]);
  });
  it('while it is judged, is answered to no one', async () => {
    const { port, server, reports } = await start(never);
    const peer = await peerOf(port);
    peer.begin({});
    peer.send('N');
    peer.send('E');
    await until(() => server.connectionCount === 1);
    await peer.close();
    await until(() => server.connectionCount === 0);
    await until(() => reports.length > 0);
    expect(reports).toEqual([{ kind: 'message-abandoned', queueId: null }]);
  });
  it('leaves nothing to the next: neither envelope nor headers, body or macros', async () => {
    const { port, seen } = await start();
    const peer = await peerOf(port);
    peer.connectFrom('mail.example', '192.0.2.1');
    peer.macros('M', { '{auth_authen}': 'anna' });
    peer.begin({ sender: 'first@example.org', recipients: ['first@example.org'] });
    peer.macros('N', { i: 'FIRST' });
    peer.send('N');
    peer.send('B', 'first');
    peer.send('A');
    peer.send('A');
    await peer.message({ headers: [['Subject', ' second']], body: 'second' });
    expect(seen).toEqual([
      {
        content: 'Subject: second\r\n\r\nsecond',
        sender: 'a@example.org',
        recipients: ['b@example.org'],
        client: '192.0.2.1',
        helo: null,
        queueId: null,
        user: undefined,
      },
    ]);
  });
  it('without a word, before its headers were complete, is followed by a whole one with its own macros', async () => {
    const { port, seen } = await start();
    const peer = await peerOf(port);
    peer.begin({ recipients: ['first@example.org'] });
    peer.macros('M', { '{auth_authen}': 'berta' });
    await peer.message();
    expect(seen).toMatchObject([{ recipients: ['b@example.org'], user: 'berta' }]);
  });
  it('without a word leaves no macros to one that has none of its own', async () => {
    const { port, seen } = await start();
    const peer = await peerOf(port);
    peer.macros('M', { '{auth_authen}': 'anna' });
    peer.begin({ recipients: ['first@example.org'] });
    await peer.message();
    expect(seen).toMatchObject([{ recipients: ['b@example.org'], user: undefined }]);
  });
});

describe('a connection', () => {
  it('carries many messages, each with its own decision', async () => {
    const { port, seen } = await start(({ sender }) => ({
      answer: { kind: sender.address === 'bad@b' ? 'reject' : 'continue' },
    }));
    const peer = await peerOf(port);
    const messages = [
      ['a@b', 'c', 'FIRST'],
      ['bad@b', 'r', 'SECOND'],
      ['a@b', 'c', undefined],
    ] as const;
    for (const [sender, letter, queueId] of messages) {
      const message = queueId === undefined ? { sender } : { sender, queueId };
      expect(shown(await peer.message(message))).toEqual([letter]);
    }
    expect(seen.map((one) => one.queueId)).toEqual(['FIRST', 'SECOND', null]);
  });
  it('that is begun anew knows nothing of the client before, and needs no negotiation', async () => {
    const { port, seen } = await start();
    const peer = await peerOf(port);
    peer.macros('C', { '{daemon_name}': 'x' });
    peer.connectFrom('one.example', '192.0.2.1');
    peer.send('H', 'one\0');
    await peer.message();
    peer.send('K');
    await peer.message();
    peer.connectFrom('two.example', '192.0.2.2');
    peer.send('H', 'two\0');
    peer.connectFrom('three.example', '192.0.2.3');
    await peer.message();
    expect(seen.map(({ client, helo }) => [client, helo])).toEqual([
      ['192.0.2.1', 'one'],
      [undefined, null],
      ['192.0.2.3', null],
    ]);
  });
  it('without a word is nothing to report', async () => {
    const { port, reports, server } = await start();
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    socket.destroy();
    await until(() => server.connectionCount === 0);
    expect(reports).toEqual([]);
  });
  it('that stays without a word is closed', async () => {
    const { port, reports } = await start(() => taken, { limits: { handshakeMs: 20 } });
    const peer = await MilterPeer.connect({ host: '127.0.0.1', port });
    await until(() => peer.isClosed);
    expect(reports).toEqual([]);
  });
  it('that stands still is closed and reported', async () => {
    const { port, reports } = await start(() => taken, { limits: { idleMs: 50 } });
    const peer = await peerOf(port);
    await until(() => peer.isClosed);
    expect(reports).toEqual([
      { kind: 'protocol-error', peer: '127.0.0.1', error: expect.objectContaining({ code: 'idle' }) },
    ]);
  });
  it.each<[string, string, (peer: MilterPeer) => void]>([
    ['a recipient without a sender', 'out-of-order', (peer) => peer.send('R', '<a@b>\0')],
    ['an end without a message', 'out-of-order', (peer) => peer.send('E')],
    ['a header behind their end', 'out-of-order', (peer) => (peer.begin({}), late(peer, 'L', 'x\0y\0'))],
    ['a recipient behind the headers', 'out-of-order', (peer) => (peer.begin({}), late(peer, 'R', '<x>\0'))],
    ['a sender without its end', 'malformed-packet', (peer) => peer.send('M', '<a@b>')],
    ['a connection of no family', 'malformed-packet', (peer) => peer.send('C', 'x\0')],
    ['a header without a value', 'malformed-packet', (peer) => (peer.begin({}), peer.send('L', 'x\0'))],
    ['macros for nothing', 'malformed-packet', (peer) => peer.send('D', '?x\0y\0')],
    ['macros without end', 'oversized-packet', (peer) => peer.send('D', `M${'x'.repeat(70_000)}\0`)],
    ['a packet too long', 'oversized-packet', (peer) => peer.socket.write(Buffer.from([1, 0, 0, 0, 66]))],
  ])('with %s is closed and reported', async (_what, code, send) => {
    const { port, reports } = await start();
    const peer = await peerOf(port);
    send(peer);
    await until(() => peer.isClosed);
    expect(reports.slice(0, 1)).toEqual([
      { kind: 'protocol-error', peer: '127.0.0.1', error: expect.objectContaining({ code }) },
    ]);
  });
  it('that was not negotiated is closed at its first message', async () => {
    const { port, reports } = await start();
    const peer = await MilterPeer.connect({ host: '127.0.0.1', port });
    peer.send('M', '<a@b>\0');
    await until(() => peer.isClosed);
    expect(reports).toMatchObject([{ error: { code: 'out-of-order' } }]);
  });
  it('from an address that is not allowed is closed and reported', async () => {
    const { port, reports } = await start(() => taken, { isAllowed: (address) => address !== '127.0.0.1' });
    const peer = await MilterPeer.connect({ host: '127.0.0.1', port });
    await until(() => peer.isClosed);
    expect(reports).toEqual([{ kind: 'not-allowed', peer: '127.0.0.1' }]);
  });
  it('over the most that are held is closed and reported', async () => {
    const { port, reports } = await start(() => taken, { limits: { connections: 1 } });
    await peerOf(port);
    const peer = await MilterPeer.connect({ host: '127.0.0.1', port });
    await until(() => peer.isClosed);
    expect(reports).toEqual([{ kind: 'connections-exceeded' }]);
  });
});

function late(peer: MilterPeer, letter: string, data: string): void {
  peer.send('N');
  peer.send(letter, data);
}

describe('a message beyond what is kept', () => {
  const many = (count: number): string[] =>
    Array.from({ length: count }, (_none, at) => `r${at}@example.org`);
  it.each([
    ['recipients', { recipients: 2 }, { recipients: many(3) }],
    ['envelopeBytes', { envelopeBytes: 40 }, { recipients: many(5) }],
    [
      'headers',
      { headers: 1 },
      {
        headers: [
          ['A', ' 1'],
          ['B', ' 2'],
        ],
      },
    ],
    ['headerBytes', { headerBytes: 20 }, { headers: [['A', 'x'.repeat(20)]] }],
  ] as const)(
    '%s is refused, whole, without a handler that sees a part of it',
    async (limit, limits, message) => {
      const { port, seen, reports } = await start(() => taken, {
        limits,
        whenLimitExceeded: { kind: 'reject' },
      });
      const peer = await peerOf(port);
      expect(shown(await peer.message(message))).toEqual(['r']);
      expect(seen).toEqual([]);
      expect(reports).toEqual([{ kind: 'limit-exceeded', queueId: null, limit }]);
      expect(shown(await peer.message({ headers: [] }))).toEqual(['c']);
    },
  );
});

describe('over HTTP', () => {
  const ask = async (port: number, ...pieces: readonly string[]): Promise<string> => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(socket, 'connect');
    socket.setNoDelay(true);
    for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
    return text(socket);
  };
  it('the port answers GET /ping, and is not a web server', async () => {
    const { port, reports } = await start();
    expect(await ask(port, 'GET /ping HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 [^]*pong\r\n$/);
    expect(await ask(port, 'GE', 'T /ping HT', 'TP/1.0\r\n', '\r\n')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask(port, 'HEAD /ping HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n$/);
    expect(await ask(port, 'GET /pingpong HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
    expect(await ask(port, `GET /${'x'.repeat(5000)}`)).toBe('');
    expect(reports).toEqual([]);
  });
});

describe('a server that is closed', () => {
  it('lets a message that is open have its answer, then hangs up', async () => {
    let decide: (decision: Decision) => void = () => undefined;
    const { port, server, seen } = await start(() => new Promise<Decision>((resolve) => (decide = resolve)));
    const peer = await peerOf(port);
    const idle = await peerOf(port);
    const silent = await MilterPeer.connect({ host: '127.0.0.1', port });
    const answers = peer.message();
    await until(() => seen.length === 1);
    const closed = server.close(60_000);
    await until(() => idle.isClosed);
    silent.send('O', Buffer.from([0, 0, 0, 6, 0, 0, 1, 0xff, 0, 0, 0, 0]));
    await until(() => silent.isClosed);
    expect(peer.isClosed).toBe(false);
    decide({ answer: { kind: 'reject' } });
    expect(shown(await answers)).toEqual(['r']);
    await closed;
    await until(() => peer.isClosed);
  });
  it('does not wait longer than it may', async () => {
    const { port, server, seen, reports } = await start(() => new Promise<Decision>(() => undefined));
    const peer = await peerOf(port);
    peer.begin({});
    peer.send('N');
    peer.send('E');
    await until(() => seen.length === 1);
    await server.close(20);
    await until(() => reports.length > 0);
    expect(reports).toEqual([{ kind: 'message-abandoned', queueId: null }]);
  });
});
