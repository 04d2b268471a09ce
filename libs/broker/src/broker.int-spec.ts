import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { exchanges, queues, streams } from '@sluice/contracts';
import { until } from '@sluice/timing';
import amqp from 'amqplib';
import type { Delivery } from './index.js';
import { heavy, job, light, usePrivateBroker } from './testing/use-private-broker.js';

const on = usePrivateBroker();
const { connected } = on;

describe('publishing', () => {
  it('is confirmed once the message is in its queue', async () => {
    const gateway = await connected('gateway');
    await gateway.publish(job(1, 1));
    expect(await gateway.queueDepth(light.name)).toEqual({ messages: 1, consumers: 0 });
  });

  it('leaves in one system call when several are published in one turn', async () => {
    const gateway = await connected('gateway');
    const calls = [vi.spyOn(Socket.prototype, '_write'), vi.spyOn(Socket.prototype, '_writev')];
    try {
      await Promise.all(Array.from({ length: 20 }, (_, id) => gateway.publish(job(id, 1))));
      // The worker has other sockets.
      const port = Number(new URL(on.rabbit.adminUrl).port);
      const isToBroker = (socket: unknown): boolean => (socket as Socket).remotePort === port;
      expect(calls.map(({ mock }) => mock.contexts.filter(isToBroker).length)).toEqual([0, 1]);
    } finally {
      for (const call of calls) call.mockRestore();
    }
    expect(await gateway.queueDepth(light.name)).toMatchObject({ messages: 20 });
  });

  it('rejects a message that reaches no queue, which the broker confirms all the same', async () => {
    const gateway = await connected('gateway');
    await expect(
      gateway.publish({ exchange: exchanges.jobs.name, routingKey: 'nowhere', message: {} }),
    ).rejects.toMatchObject({ code: 'unroutable' });
  });

  it('comes back after a channel was closed for a missing permission', async () => {
    const gateway = await connected('gateway');
    await expect(
      gateway.publish({ exchange: exchanges.verdicts.name, routingKey: 'verdict', message: {} }),
    ).rejects.toMatchObject({ code: 'disconnected' });
    await until(() => gateway.isConnected);
    await gateway.publish(job(2, 1));
  });
});

describe('consuming', () => {
  it('hands out the highest priority first, in order within one', async () => {
    const gateway = await connected('gateway');
    for (const [id, priority] of [
      [1, 1],
      [2, 5],
      [3, 1],
      [4, 5],
    ] as const)
      await gateway.publish(job(id, priority));
    const scanner = await connected('scanner');
    const seen: unknown[] = [];
    scanner.consume({
      queue: light,
      prefetch: 1,
      onMessage: async ({ content }) => {
        seen.push((content as { id: number }).id);
        return 'ack';
      },
    });
    await until(() => seen.length === 4);
    expect(seen).toEqual([2, 4, 1, 3]);
  });

  it('gives work of a lost connection to another consumer, marked as redelivered', async () => {
    const gateway = await connected('gateway');
    await gateway.publish(job(1, 1));
    const dying = await connected('scanner');
    let taken = 0;
    dying.consume({
      queue: light,
      prefetch: 1,
      onMessage: () => {
        taken += 1;
        return new Promise(() => undefined);
      },
    });
    await until(() => taken === 1);
    await dying.close();
    const again = await connected('scanner');
    const seen: Delivery[] = [];
    again.consume({
      queue: light,
      prefetch: 1,
      onMessage: async (one) => (seen.push(one), 'ack'),
    });
    await until(() => seen.length === 1);
    expect(seen[0]?.redelivered).toBe(true);
  });

  it('takes nothing while paused, and goes on after resume', async () => {
    const gateway = await connected('gateway');
    const scanner = await connected('scanner');
    let seen = 0;
    const consumer = scanner.consume({
      queue: light,
      prefetch: 4,
      isPaused: true,
      onMessage: async () => ((seen += 1), 'ack'),
    });
    await gateway.publish(job(1, 1));
    await until(async () => (await gateway.queueDepth(light.name)).messages === 1);
    expect(consumer.isActive).toBe(false);
    await consumer.resume();
    await until(() => seen === 1);
    await consumer.pause();
    await gateway.publish(job(2, 1));
    expect(await gateway.queueDepth(light.name)).toEqual({ messages: 1, consumers: 0 });
    expect(seen).toBe(1);
  });

  it('dead-letters what a handler cannot read', async () => {
    const gateway = await connected('gateway');
    const scanner = await connected('scanner');
    await gateway.publish(job(1, 1));
    scanner.consume({ queue: light, prefetch: 1, onMessage: async () => 'dead-letter' });
    const results = await connected('results');
    await until(async () => (await results.queueDepth(queues.dead.name)).messages === 1);
  });

  it('gets again what its handler failed on, and has its room back', async () => {
    const gateway = await connected('gateway');
    const scanner = await connected('scanner');
    const seen: boolean[] = [];
    scanner.consume({
      queue: light,
      prefetch: 1,
      onMessage: async ({ redelivered }) => {
        seen.push(redelivered);
        if (seen.length === 1) throw new Error('a bug');
        return 'ack';
      },
    });
    for (const id of [1, 2]) await gateway.publish(job(id, 1));
    await until(() => seen.length === 3);
    expect(seen.toSorted()).toEqual([false, false, true]);
  });

  it('is attached again after its queue was deleted and declared anew', async () => {
    const scanner = await connected('scanner');
    let seen = 0;
    const consumer = scanner.consume({
      queue: heavy,
      prefetch: 1,
      onMessage: async () => ((seen += 1), 'ack'),
    });
    await until(() => consumer.isActive);
    const admin = await amqp.connect(on.rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteQueue(heavy.name);
    // Looked for at least once in vain.
    await until(() => consumer.problem?.includes('NOT_FOUND'));
    await channel.assertQueue(heavy.name, { durable: true, arguments: heavy.arguments });
    await channel.bindQueue(heavy.name, heavy.exchange, heavy.routingKey);
    await admin.close();
    await until(() => consumer.isActive);
    const gateway = await connected('gateway');
    await gateway.publish({ exchange: exchanges.jobs.name, routingKey: 'heavy', message: {}, priority: 1 });
    await until(() => seen === 1);
  });
});

describe('subscriptions', () => {
  it('get what is published after they began', async () => {
    const gateway = await connected('gateway');
    const seen: unknown[] = [];
    const subscription = gateway.subscribe({
      stream: streams.registry,
      onMessage: (content) => seen.push(content),
    });
    await until(() => subscription.isActive);
    const console = await connected('console');
    await console.publish({
      exchange: exchanges.registry.name,
      routingKey: '',
      message: { v: 1, revision: 7 },
    });
    await until(() => seen.length === 1);
    expect(seen).toEqual([{ v: 1, revision: 7 }]);
  });
});
