import { declaredQueues } from '@sluice/contracts';
import type { ChannelModel } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TopologyKeeper } from './topology-keeper.js';

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const names = declaredQueues('classic').map(({ name }) => name);

let missing: string | null;
let refused: string | null;
let asked: string[];
let declared: string[];
/** As far as declarations go. */
const channel = {
  on: () => undefined,
  once: () => undefined,
  close: async () => undefined,
  assertExchange: async () => undefined,
  bindQueue: async () => undefined,
  unbindQueue: async () => undefined,
  assertQueue: async (name: string) => {
    declared.push(name);
    if (name === refused) throw new Error(`${name} is otherwise`);
    if (name === missing) missing = null;
  },
};
const model = { on: () => undefined, createChannel: async () => channel } as unknown as ChannelModel;
const depths = {
  ask: async (_: unknown, name: string) => {
    asked.push(name);
    if (name === missing) throw new Error('no such queue');
    return { messages: 0, consumers: 0 };
  },
};

let keeper: TopologyKeeper;
beforeEach(async () => {
  vi.useFakeTimers();
  [missing, refused, asked, declared] = [null, null, [], []];
  keeper = new TopologyKeeper('classic', depths, logger);
  await keeper.connected(model);
  declared = [];
});
afterEach(async () => {
  await keeper.stop();
  vi.useRealTimers();
});

describe('the topology of a connection that lasts', () => {
  it('is asked for, queue by queue, and declared anew once a minute', async () => {
    await vi.advanceTimersByTimeAsync(46_000);
    expect([asked, declared]).toEqual([[...names, ...names, ...names], []]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(declared).toEqual(names);
  });

  it.each(names)('is declared anew at the next look when %s is gone', async (name) => {
    missing = name;
    await vi.advanceTimersByTimeAsync(16_000);
    expect(declared).toEqual(names);
    expect(missing).toBeNull();
  });

  it('is declared at once when something is missed', async () => {
    keeper.again();
    await vi.advanceTimersByTimeAsync(0);
    expect([declared, asked]).toEqual([names, []]);
  });

  it('is declared at each look for as long as the broker refuses a part of it', async () => {
    refused = names[0] ?? '';
    keeper.again();
    await vi.advanceTimersByTimeAsync(0);
    expect(keeper.problem).toContain(`${refused} is otherwise`);
    refused = null;
    await vi.advanceTimersByTimeAsync(16_000);
    expect(keeper.problem).toBeNull();
  });

  it('is nothing to ask for while there is no connection', async () => {
    keeper.disconnected();
    await vi.advanceTimersByTimeAsync(120_000);
    expect([asked, declared]).toEqual([[], []]);
  });
});
