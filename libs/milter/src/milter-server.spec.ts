import { describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { encodePacket } from './packet-decoder.js';
import { stepBits } from './protocol.js';
import { peerOf, shown, start, taken } from './testing/started-filter.js';

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
