import { setImmediate as turn } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import { beforeEach, describe, expect, it } from 'vitest';
import { Acknowledgements } from './acknowledgements.js';

/** As the broker understands frames: one with `multiple` is about all it delivered up to it. */
class BrokerSide {
  readonly unsettled = new Set<number>();
  readonly acknowledged = new Set<number>();
  readonly returned = new Map<number, boolean>();
  frames = 0;
  isClosed = false;

  ack({ fields: { deliveryTag } }: ConsumeMessage, isMultiple = false): void {
    this.count();
    const tags = isMultiple ? [...this.unsettled].filter((tag) => tag <= deliveryTag) : [deliveryTag];
    for (const tag of tags) {
      if (!this.unsettled.delete(tag)) throw new Error(`unknown delivery tag ${tag}`);
      this.acknowledged.add(tag);
    }
  }
  nack({ fields: { deliveryTag } }: ConsumeMessage, _isMultiple?: boolean, requeue = true): void {
    this.count();
    if (!this.unsettled.delete(deliveryTag)) throw new Error(`unknown delivery tag ${deliveryTag}`);
    this.returned.set(deliveryTag, requeue);
  }
  private count(): void {
    if (this.isClosed) throw new Error('Channel closed');
    this.frames += 1;
  }
}

let broker: BrokerSide;
let acknowledgements: Acknowledgements;
beforeEach(() => {
  broker = new BrokerSide();
  acknowledgements = new Acknowledgements(broker);
});

function deliver(...tags: number[]): ConsumeMessage[] {
  return tags.map((deliveryTag) => {
    const message = { fields: { deliveryTag } } as ConsumeMessage;
    broker.unsettled.add(deliveryTag);
    acknowledgements.delivered(message);
    return message;
  });
}

describe('messages that are done', () => {
  it('in one turn are acknowledged with one frame', async () => {
    for (const message of deliver(1, 2, 3, 4)) acknowledgements.settle(message, 'ack');
    await turn();
    expect([broker.frames, [...broker.acknowledged]]).toEqual([1, [1, 2, 3, 4]]);
  });

  it('behind one that is still in hand are acknowledged one by one, and it is not', async () => {
    const [first, second, third, fourth] = deliver(1, 2, 3, 4) as [ConsumeMessage, ...ConsumeMessage[]];
    for (const message of [fourth, second]) acknowledgements.settle(message as ConsumeMessage, 'ack');
    await turn();
    expect([[...broker.unsettled], broker.frames]).toEqual([[1, 3], 2]);
    for (const message of [third, first]) acknowledgements.settle(message as ConsumeMessage, 'ack');
    await turn();
    expect([[...broker.unsettled], broker.frames]).toEqual([[], 3]);
  });

  it('are acknowledged before the channel closes, and no more when it has', async () => {
    const [first, second] = deliver(1, 2) as [ConsumeMessage, ConsumeMessage];
    acknowledgements.settle(first, 'ack');
    acknowledgements.flush();
    broker.isClosed = true;
    expect([...broker.unsettled]).toEqual([2]);
    acknowledgements.settle(second, 'ack');
    await turn();
    expect([...broker.unsettled]).toEqual([2]);
  });

  it('are each settled once, as each was decided, whatever the order', async () => {
    let seed = 11;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const decided = new Map<number, 'ack' | 'dead-letter' | 'requeue'>();
    const inFlight: ConsumeMessage[] = [];
    let tag = 0;
    for (let step = 0; step < 3000; step += 1) {
      if (next(2) === 0) inFlight.push(...deliver((tag += 1)));
      const [message] = inFlight.splice(next(Math.max(1, inFlight.length)), next(2));
      if (message !== undefined) {
        const disposition = (['ack', 'ack', 'ack', 'dead-letter', 'requeue'] as const)[next(5)] ?? 'ack';
        decided.set(message.fields.deliveryTag, disposition);
        acknowledgements.settle(message, disposition);
      }
      if (next(4) !== 0) continue;
      await turn();
      const wrong = [...broker.acknowledged].filter((one) => decided.get(one) !== 'ack');
      expect(wrong).toEqual([]);
      expect(broker.unsettled.size).toBe(inFlight.length);
    }
    await turn();
    for (const [one, disposition] of decided)
      if (disposition !== 'ack') expect(broker.returned.get(one)).toBe(disposition === 'requeue');
    expect(broker.acknowledged.size + broker.returned.size).toBe(decided.size);
    expect(broker.frames).toBeLessThan(decided.size);
  });
});
