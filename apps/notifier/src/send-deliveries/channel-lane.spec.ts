import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChannelLane } from './channel-lane.js';
import type { Claimed } from './claim.query.js';

const claimed = (id: string) => ({ id }) as Claimed;
const idsOf = (all: readonly Claimed[]): string[] => all.map(({ id }) => id);

describe('what is in hand of a channel', () => {
  let lane: ChannelLane;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    lane = new ChannelLane({ slots: 2, aheadAtMost: 3, longestWaitMs: 5000 });
  });
  afterEach(() => vi.useRealTimers());
  const add = (...ids: readonly string[]) => ids.forEach((id) => lane.add(claimed(id)));
  const beginAll = (): string[] => {
    const begun: string[] = [];
    for (let next = lane.begin(); next !== undefined; next = lane.begin()) begun.push(next.id);
    return begun;
  };

  it('is begun in its order, as many as there are slots, and counts until it is written down', () => {
    add('a', 'b', 'c');
    expect([beginAll(), lane.waitingCount, lane.inFlight]).toEqual([['a', 'b'], 1, 3]);
    lane.sent({ isDelivered: true, tookMs: 1 });
    expect([beginAll(), lane.inFlight]).toEqual([['c'], 3]);
    lane.written();
    expect(lane.inFlight).toBe(2);
  });

  it.each([
    ['took it quickly', { isDelivered: true, tookMs: 999 }, 3],
    ['took it slowly', { isDelivered: true, tookMs: 1000 }, 0],
    ['did not take it', { isDelivered: false, tookMs: 1 }, 0],
  ])('is claimed ahead by what the receiver did last: it %s', (_what, how, ahead) => {
    expect(lane.ahead).toBe(0);
    add('a', 'b');
    beginAll();
    lane.sent({ isDelivered: true, tookMs: 1 });
    lane.sent(how);
    expect(lane.ahead).toBe(ahead);
  });

  it('is claimed anew when nothing waits, or room is there for several', () => {
    expect(lane.isClaimDue).toBe(true);
    add('a', 'b', 'c');
    beginAll();
    expect(lane.isClaimDue).toBe(false);
    lane.sent({ isDelivered: true, tookMs: 1 });
    expect(lane.isClaimDue).toBe(false);
    add('d', 'e');
    lane.sent({ isDelivered: true, tookMs: 1 });
    expect(lane.isClaimDue).toBe(false);
    lane.written();
    lane.written();
    // Of five, three are waiting.
    expect([lane.waitingCount, lane.isClaimDue]).toEqual([3, false]);
    expect(beginAll()).toEqual(['c', 'd']);
    expect(lane.isClaimDue).toBe(false);
    lane.sent({ isDelivered: true, tookMs: 1 });
    lane.sent({ isDelivered: true, tookMs: 1 });
    lane.written();
    lane.written();
    expect([lane.waitingCount, lane.isClaimDue]).toEqual([1, true]);
  });

  it('goes back when no slot has begun it: all, or what waited for too long', () => {
    add('a', 'b', 'c');
    beginAll();
    vi.advanceTimersByTime(4000);
    add('d');
    expect(idsOf(lane.takeStale())).toEqual([]);
    vi.advanceTimersByTime(1001);
    expect(idsOf(lane.takeStale())).toEqual(['c']);
    expect(idsOf(lane.takeWaiting())).toEqual(['d']);
    expect([lane.inFlight, lane.waitingCount]).toEqual([2, 0]);
  });
});
