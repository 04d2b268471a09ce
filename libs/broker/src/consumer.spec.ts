import { EventEmitter } from 'node:events';
import { jobQueue } from '@sluice/contracts';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { describe, expect, it, vi } from 'vitest';
import { Consumer } from './consumer.js';

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const owner = { login: 'scanner', logger, onQueueMissing: () => undefined };
const queue = jobQueue('light', 'classic');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A broker that hands out before its answer is read. */
class FakeChannel extends EventEmitter {
  deliver: (message: ConsumeMessage) => void = () => undefined;
  answer: () => void = () => undefined;
  isClosed = false;
  readonly rooms: number[] = [];
  prefetch = async (room: number): Promise<void> => void this.rooms.push(room);
  nack = (): void => undefined;
  cancel = async (): Promise<void> => undefined;
  consumerTag = '';
  consume = (
    _: string,
    take: (message: ConsumeMessage) => void,
    { consumerTag }: { consumerTag: string },
  ): Promise<void> => {
    this.deliver = take;
    this.consumerTag = consumerTag;
    return new Promise((resolve) => (this.answer = resolve));
  };
  close = async (): Promise<void> => void (this.isClosed = true);
}
const message = {
  content: Buffer.from('{}'),
  fields: { deliveryTag: 1, redelivered: false, routingKey: 'light', consumerTag: 'x' },
  properties: { userId: 'gateway' },
} as unknown as ConsumeMessage;

describe('a consumer that is stopped while its channel is opened', () => {
  it('takes nothing that is handed out on that channel, and leaves none open', async () => {
    const channel = new FakeChannel();
    const model = { createChannel: async () => channel } as unknown as ChannelModel;
    let taken = 0;
    const consumer = new Consumer(
      { queue, prefetch: 1, onMessage: async () => ((taken += 1), 'ack') },
      owner,
    );
    consumer.channel.connected(model);
    await turn();
    await consumer.stop(10);
    channel.deliver(message);
    channel.answer();
    await turn();
    expect([taken, channel.isClosed]).toEqual([0, true]);
  });
});

describe('a consumer whose handler fails', () => {
  it('asks for no more in place of what it has not given back yet, though it pauses meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      const channel = new FakeChannel();
      const consumer = new Consumer(
        { queue, prefetch: 2, onMessage: () => Promise.reject(new Error('a bug')) },
        owner,
      );
      consumer.channel.connected({ createChannel: async () => channel } as unknown as ChannelModel);
      await turn();
      channel.answer();
      await turn();
      const { consumerTag } = channel;
      for (const deliveryTag of [1, 2])
        channel.deliver({ ...message, fields: { ...message.fields, deliveryTag, consumerTag } });
      await turn();
      await consumer.pause();
      void consumer.resume();
      await turn();
      expect(channel.rooms).toEqual([2]);
      vi.advanceTimersByTime(5000);
      await turn();
      expect(channel.rooms.length).toBeGreaterThan(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
