import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '@sluice/timing';
import { stepBits } from './protocol.js';
import { MilterPeer } from './testing/index.js';
import { peerOf, shown, start, taken } from './testing/started-filter.js';

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
    onTestFinished(() => peer.close());
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
