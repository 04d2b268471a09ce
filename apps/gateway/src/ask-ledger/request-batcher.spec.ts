import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestBatcher } from './request-batcher.js';
import type { RequestBatcherOptions } from './request-batcher.js';

interface Message {
  readonly items: string[];
  readonly timeoutMs: number;
  answer(outcomes?: string[]): void;
  fail(error: Error): void;
}

let messages: Message[];
let isConnected: boolean;
let batcher: RequestBatcher<string, string>;
const make = (change: Partial<RequestBatcherOptions<string, string>> = {}): void => {
  batcher = new RequestBatcher<string, string>({
    isConnected: () => isConnected,
    keyOf: (item) => item.split(':')[1] ?? null,
    maxItems: 4,
    maxMessages: 2,
    maxWaiting: 20,
    timeoutMs: 5000,
    send: (items, timeoutMs) =>
      new Promise((resolve, reject) =>
        messages.push({
          items,
          timeoutMs,
          answer: (outcomes = items.map((item) => `${item}!`)) => resolve(outcomes),
          fail: reject,
        }),
      ),
    ...change,
  });
};
const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};
const sent = (): string[][] => messages.map(({ items }) => items);

beforeEach(() => {
  vi.useFakeTimers();
  messages = [];
  isConnected = true;
  make();
});
afterEach(() => void vi.useRealTimers());

describe('request batcher', () => {
  it('sends a lone request at once', async () => {
    const asked = batcher.ask('a');
    await settle();
    expect(sent()).toEqual([['a']]);
    messages[0]?.answer();
    expect(await asked).toBe('a!');
  });

  it('lets concurrent requests share a message, up to its size, and gathers while messages are on their way', async () => {
    const first = ['a', 'b', 'c', 'd', 'e'].map((item) => batcher.ask(item));
    await settle();
    const second = ['f', 'g', 'h'].map((item) => batcher.ask(item));
    await settle();
    expect(sent()).toEqual([['a', 'b', 'c', 'd'], ['e']]);
    messages[1]?.answer();
    await settle();
    expect(sent()[2]).toEqual(['f', 'g', 'h']);
    messages[0]?.answer();
    messages[2]?.answer();
    expect(await Promise.all([...first, ...second])).toEqual([...'abcdefgh'].map((item) => `${item}!`));
  });

  it('waits a little for more while several share messages, and with a full message not at all', async () => {
    make({ fillMs: 4 });
    const asked = ['a', 'b'].map((item) => batcher.ask(item));
    await settle();
    asked.push(batcher.ask('c'));
    await vi.advanceTimersByTimeAsync(2);
    asked.push(batcher.ask('d'));
    await vi.advanceTimersByTimeAsync(1);
    // An answer meanwhile does not make what waits wait any longer.
    messages[0]?.answer();
    await settle();
    expect(sent()).toEqual([['a', 'b']]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent()).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    asked.push(...['e', 'f', 'g', 'h'].map((item) => batcher.ask(item)));
    await settle();
    expect(sent()[2]).toEqual(['e', 'f', 'g', 'h']);
    for (const message of messages) message.answer();
    expect(await Promise.all(asked)).toHaveLength(8);
  });

  it('never lets a lone request wait for others: not after a lone one, and not a moment after several', async () => {
    make({ fillMs: 4 });
    const first = batcher.ask('a');
    await settle();
    const second = batcher.ask('b');
    await settle();
    expect(sent()).toEqual([['a'], ['b']]);
    for (const message of messages) message.answer();
    await Promise.all([first, second]);
    const several = ['c', 'd'].map((item) => batcher.ask(item));
    await settle();
    messages[2]?.answer();
    await Promise.all(several);
    await vi.advanceTimersByTimeAsync(4);
    const lone = batcher.ask('e');
    await settle();
    expect(sent()[3]).toEqual(['e']);
    messages[3]?.answer();
    await lone;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never puts two of the same key into one message, and keeps their order', async () => {
    make({ maxMessages: 1 });
    const asked = ['a:1', 'b:1', 'c:2', 'd:1', 'e'].map((item) => batcher.ask(item));
    for (let count = 1; count <= 3; count += 1) {
      await settle();
      messages.at(-1)?.answer();
    }
    await Promise.all(asked);
    expect(sent()).toEqual([['a:1', 'c:2', 'e'], ['b:1'], ['d:1']]);
  });

  it('refuses at once while disconnected, also what waits for a message', async () => {
    make({ maxMessages: 1 });
    const onItsWay = batcher.ask('a');
    await settle();
    const waiting = batcher.ask('b');
    isConnected = false;
    await expect(batcher.ask('c')).rejects.toMatchObject({ code: 'unsent' });
    messages[0]?.fail(new Error('connection lost'));
    await expect(onItsWay).rejects.toMatchObject({ code: 'unknown' });
    await expect(waiting).rejects.toMatchObject({ code: 'unsent' });
    expect(sent()).toEqual([['a']]);
  });

  it('takes the time spent waiting off the time for the answer, and refuses what waited too long', async () => {
    make({ maxMessages: 1 });
    const first = batcher.ask('a');
    await settle();
    const early = batcher.ask('b');
    await vi.advanceTimersByTimeAsync(2000);
    const late = batcher.ask('c');
    await vi.advanceTimersByTimeAsync(2500);
    messages[0]?.answer();
    await expect(early).rejects.toMatchObject({ code: 'unsent' });
    await first;
    await settle();
    expect(messages[1]).toMatchObject({ items: ['c'], timeoutMs: 2500 });
    messages[1]?.answer();
    await late;
  });

  it('does not guess when the number of outcomes is wrong', async () => {
    const asked = [batcher.ask('a'), batcher.ask('b')];
    await settle();
    messages[0]?.answer(['only one']);
    for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'unknown' });
  });

  it('bounds what waits', async () => {
    make({ maxMessages: 1, maxWaiting: 2 });
    const asked = ['a', 'b', 'c'].map((item) => batcher.ask(item));
    await expect(asked[2]).rejects.toMatchObject({ code: 'unsent' });
    await settle();
    messages[0]?.answer();
    await Promise.all(asked.slice(0, 2));
  });
});
