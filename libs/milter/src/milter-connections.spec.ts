import { describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Decision } from './decision.js';
import { MilterPeer } from './testing/index.js';
import { peerOf, shown, start, taken } from './testing/started-filter.js';

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
