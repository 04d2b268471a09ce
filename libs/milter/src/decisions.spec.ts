import { describe, expect, it } from 'vitest';
import type { Decision } from './decision.js';
import type { MilterMessage } from './milter-message.js';
import { peerOf, shown, start, taken } from './testing/started-filter.js';

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
