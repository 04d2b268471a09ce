import { EventEmitter } from 'node:events';
import { jobQueue } from '@sluice/contracts';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { describe, expect, it } from 'vitest';
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
  prefetch = async (): Promise<void> => undefined;
  cancel = async (): Promise<void> => undefined;
  consume = (_: string, take: (message: ConsumeMessage) => void): Promise<void> => {
    this.deliver = take;
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
