import { describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import type { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Decision } from './decision.js';
import type { MilterMessage } from './milter-message.js';
import type { MilterPeer } from './testing/index.js';
import { peerOf, start, taken } from './testing/started-filter.js';

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
