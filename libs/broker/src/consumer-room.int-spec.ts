import { setTimeout as pause } from 'node:timers/promises';
import amqp from 'amqplib';
import { describe, expect, it } from 'vitest';
import type { Disposition } from './consumer.js';
import { until } from '@sluice/timing';
import { job, light, usePrivateBroker } from './testing/use-private-broker.js';

const on = usePrivateBroker();
const { connected } = on;
const prefetch = 4;
/** What a broker hands out besides comes within milliseconds. */
const quietMs = 500;

/** Takes jobs and holds them until it is told to settle some. */
async function startHolding(count: number) {
  const [gateway, scanner] = [await connected('gateway'), await connected('scanner')];
  await Promise.all(Array.from({ length: count }, (_, id) => gateway.publish(job(id, 1))));
  const held: ((disposition: Disposition) => void)[] = [];
  let most = 0;
  let seen = 0;
  const consumer = scanner.consume({
    queue: light,
    prefetch,
    onMessage: () => {
      seen += 1;
      const settled = new Promise<Disposition>((resolve) => held.push(resolve));
      most = Math.max(most, held.length);
      return settled;
    },
  });
  await until(() => held.length === prefetch);
  return {
    consumer,
    inFlight: () => held.length,
    most: () => most,
    seen: () => seen,
    settle: (many: number) => held.splice(0, many).forEach((settle) => settle('ack')),
  };
}

describe('a consumer that pauses and resumes', () => {
  it('has never more in hand than its prefetch, and as much as that', async () => {
    const jobs = await startHolding(20);
    for (let round = 0; round < 3; round += 1) {
      await jobs.consumer.pause();
      await jobs.consumer.resume();
    }
    await pause(quietMs);
    expect([jobs.inFlight(), jobs.consumer.problem]).toEqual([prefetch, null]);
    jobs.settle(3);
    await until(() => jobs.inFlight() === prefetch);
    await jobs.consumer.pause();
    jobs.settle(2);
    await jobs.consumer.resume();
    await until(() => jobs.inFlight() === prefetch);
    while (jobs.seen() < 20) {
      jobs.settle(1);
      await until(() => jobs.inFlight() === prefetch || jobs.seen() === 20);
    }
    jobs.settle(prefetch);
    await until(() => jobs.consumer.busy === 0);
    expect(jobs.most()).toBe(prefetch);
  });

  it('takes nothing while paused, whatever is settled meanwhile', async () => {
    const jobs = await startHolding(20);
    await jobs.consumer.pause();
    jobs.settle(prefetch);
    await pause(quietMs);
    expect([jobs.seen(), jobs.consumer.isActive]).toEqual([prefetch, false]);
    await jobs.consumer.resume();
    await until(() => jobs.inFlight() === prefetch);
    await pause(quietMs);
    expect(jobs.most()).toBe(prefetch);
  });

  it('takes all of its prefetch again from a queue that was missing for a while', async () => {
    const jobs = await startHolding(20);
    await jobs.consumer.pause();
    await jobs.consumer.resume();
    // One by one: each with a tag of its own.
    for (let seen = prefetch + 1; seen <= prefetch * 2; seen += 1) {
      jobs.settle(1);
      await until(() => jobs.seen() === seen);
    }
    const admin = await amqp.connect(on.rabbit.adminUrl);
    await (await admin.createChannel()).deleteQueue(light.name);
    await until(() => jobs.consumer.problem?.includes('NOT_FOUND'));
    jobs.settle(prefetch);
    const results = await connected('results', { declares: 'classic' });
    for (let id = 0; id < 20; id += 1) await results.publish(job(id, 1));
    await until(() => jobs.inFlight() === prefetch);
    await pause(quietMs);
    const { consumers } = await results.queueDepth(light.name);
    expect([jobs.most(), consumers, jobs.consumer.problem]).toEqual([prefetch, 1, null]);
    await admin.close();
  });

  it('is one consumer with all of its room after its queue went and came, and its channel was closed, in any order', async () => {
    const jobs = await startHolding(20);
    const results = await connected('results', { declares: 'classic' });
    const admin = await amqp.connect(on.rabbit.adminUrl);
    const channel = await admin.createChannel();
    const replaceQueue = async () => {
      await channel.deleteQueue(light.name);
      await channel.assertQueue(light.name, { durable: true, arguments: light.arguments });
      await channel.bindQueue(light.name, light.exchange, light.routingKey);
    };
    let replaced = Promise.resolve();
    const troubles = [
      // A tag that was never handed out: the broker closes the channel.
      () => jobs.consumer.channel.current?.ack({ fields: { deliveryTag: 1_000_000 } } as amqp.Message),
      () => jobs.consumer.pause(),
      () => jobs.consumer.resume(),
      () => (replaced = replaced.then(replaceQueue)),
    ];
    // Each behind each other, before the broker's answers to the first are read and after.
    for (const waitMs of [0, 20])
      for (const first of troubles)
        for (const second of troubles) {
          void first();
          await pause(waitMs);
          await second();
        }
    await replaced;
    await jobs.consumer.resume();
    await until(() => jobs.consumer.isActive);
    jobs.settle(Infinity);
    for (let id = 0; id < 20; id += 1) await results.publish(job(id, 1));
    await until(() => jobs.inFlight() === prefetch);
    await pause(quietMs);
    const { consumers } = await results.queueDepth(light.name);
    expect([jobs.inFlight(), consumers, jobs.consumer.problem]).toEqual([prefetch, 1, null]);
    await jobs.consumer.pause();
    expect(await results.queueDepth(light.name)).toMatchObject({ consumers: 0 });
    await admin.close();
  });
});
