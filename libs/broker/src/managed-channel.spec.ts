import { EventEmitter } from 'node:events';
import type { ChannelModel } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManagedChannel } from './managed-channel.js';

const logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};
const minutes = 60_000;

let opened: EventEmitter[];
let isRefused: boolean;
const model = {
  createChannel: async () => {
    const channel = Object.assign(new EventEmitter(), { close: async () => undefined });
    opened.push(channel);
    return channel;
  },
} as unknown as ChannelModel;

beforeEach(() => {
  vi.useFakeTimers();
  [opened, isRefused] = [[], true];
});
afterEach(() => void vi.useRealTimers());

const make = (isQuiet: boolean): ManagedChannel => {
  const channel = new ManagedChannel({
    name: 'test',
    isConfirm: false,
    isQuiet,
    setup: async () => {
      if (isRefused) throw new Error('no such queue');
    },
    onLost: () => undefined,
    logger,
  });
  channel.connected(model);
  return channel;
};
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a channel that is refused', () => {
  it('is tried again every few seconds when it is needed', async () => {
    const channel = make(false);
    await after(10 * minutes);
    expect(opened.length).toBeGreaterThan(80);
    await channel.close();
  });

  it('is tried again soon and then once a minute when it may fail for ever', async () => {
    const channel = make(true);
    await after(10_000);
    expect(opened.length).toBeGreaterThanOrEqual(4);
    const soon = opened.length;
    await after(10 * minutes);
    expect(opened.length - soon).toBeLessThan(20);
    isRefused = false;
    await after(1.5 * minutes);
    expect(channel.current).not.toBeNull();
    // One that was there and is lost is tried anew from the shortest pause on.
    const before = opened.length;
    opened.at(-1)?.emit('close');
    await after(1000);
    expect(opened.length).toBe(before + 1);
    await channel.close();
  });
});
