import { describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import type { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Decision } from './decision.js';
import type { MilterMessage } from './milter-message.js';
import { encodePacket } from './packet-decoder.js';
import { stepBits } from './protocol.js';
import { MilterPeer } from './testing/index.js';
import { ends, peerOf, shown, start, taken } from './testing/started-filter.js';

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
