import { EventEmitter } from 'node:events';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManagedChannel } from './managed-channel.js';

const logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};
const minutes = 60_000;

type FakeChannel = EventEmitter & { isOpen: boolean; close(): Promise<void> };
let opened: FakeChannel[];
let isRefused: boolean;
const fakeChannel = (): FakeChannel => {
  const channel = Object.assign(new EventEmitter(), {
    isOpen: true,
    close: async () => void (channel.isOpen = false),
  });
  return channel;
};
const fakeModel = (): ChannelModel =>
  ({
    createChannel: async () => {
      const channel = fakeChannel();
      opened.push(channel);
      return channel;
    },
  }) as unknown as ChannelModel;
const model = fakeModel();
const current = (channel: ManagedChannel): unknown => channel.current;
const openOnes = (): FakeChannel[] => opened.filter(({ isOpen }) => isOpen);

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

describe('a channel of which another is wanted', () => {
  const setupMs = 100;
  let lost: number;
  const start = async (): Promise<ManagedChannel> => {
    lost = 0;
    const channel = new ManagedChannel({
      name: 'test',
      isConfirm: false,
      setup: () => new Promise((resolve) => setTimeout(resolve, setupMs)),
      onLost: () => (lost += 1),
      logger,
    });
    channel.connected(model);
    await after(setupMs);
    return channel;
  };
  const asConfirm = (channel: FakeChannel | undefined) => channel as unknown as ConfirmChannel;

  it('is opened once, however many of its consumers were cancelled', async () => {
    const channel = await start();
    const first = asConfirm(opened[0]);
    void channel.reopen(first);
    void channel.reopen(first);
    await after(setupMs / 2);
    void channel.reopen(first);
    await after(minutes);
    expect([opened.length, lost]).toEqual([2, 1]);
    expect(openOnes()).toEqual([current(channel)]);
    await channel.close();
  });

  it('is opened again when it was cancelled, or closed by the broker, before it counted as open', async () => {
    const channel = await start();
    void channel.reopen(asConfirm(opened[0]));
    await after(setupMs / 2);
    void channel.reopen(asConfirm(opened[1]));
    await after(setupMs);
    expect([channel.current, openOnes()]).toEqual([null, []]);
    await after(300);
    expect(opened.length).toBe(3);
    if (opened[2] !== undefined) opened[2].isOpen = false;
    opened[2]?.emit('close');
    await after(minutes);
    expect(opened.length).toBe(4);
    expect(openOnes()).toEqual([current(channel)]);
    await channel.close();
  });

  it('is opened once on the next connection, whatever was on its way on the last', async () => {
    const channel = await start();
    void channel.reopen(asConfirm(opened[0]));
    await after(setupMs / 2);
    channel.disconnected();
    channel.connected(fakeModel());
    await after(minutes);
    expect(opened.length).toBe(3);
    expect(openOnes()).toEqual([current(channel)]);
    await channel.close();
  });

  it('leaves none behind that could not be set up, though the broker keeps it open', async () => {
    let failures = 0;
    const channel = new ManagedChannel({
      name: 'test',
      isConfirm: false,
      setup: async () => {
        failures += 1;
        if (failures <= 2) throw new Error('not now');
      },
      onLost: () => undefined,
      logger,
    });
    channel.connected(model);
    await after(minutes);
    expect(opened.length).toBe(3);
    expect(openOnes()).toEqual([current(channel)]);
    await channel.close();
  });

  it('leaves none behind that was on its way when all was closed', async () => {
    const channel = await start();
    void channel.reopen(asConfirm(opened[0]));
    await after(setupMs / 2);
    await channel.close();
    await after(minutes);
    expect([opened.length, channel.current, openOnes()]).toEqual([2, null, []]);
  });
});
