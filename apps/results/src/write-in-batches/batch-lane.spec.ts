import { describe, expect, it } from 'vitest';
import { DatabaseError } from '@sluice/database';
import { BatchLane, type BatchLaneOptions } from './batch-lane.js';

type Options = BatchLaneOptions<string, string>;

/** A lane over a function that notes its batches; each waits until it is let go. */
function laneOf(changes: Partial<Options> = {}) {
  const batches: string[][] = [];
  let open = true;
  let release: (() => void) | null = null;
  const run = async (items: readonly string[]) => {
    batches.push([...items]);
    if (!open) await new Promise<void>((resolve) => (release = resolve));
    return changes.run === undefined ? items.map((item) => item.toUpperCase()) : changes.run(items);
  };
  const lane = new BatchLane<string, string>({
    rejected: (item) => `bad ${item}`,
    maxItems: 10,
    deadlineMs: 5000,
    keyOf: () => null,
    ...changes,
    run,
  });
  return {
    lane,
    batches,
    hold: () => (open = false),
    letGo: () => {
      open = true;
      release?.();
    },
  };
}

const data = () => new DatabaseError('data', '22P05', 'bad data');
const away = () => new DatabaseError('unavailable', '57P01', 'away');

describe('BatchLane', () => {
  it('runs a lone item at once', async () => {
    const { lane, batches } = laneOf();
    expect(await lane.add(['a'])).toEqual(['A']);
    expect(batches).toEqual([['a']]);
  });

  it('gathers what comes while a batch is on its way', async () => {
    const { lane, batches, hold, letGo } = laneOf();
    hold();
    const all = [lane.add(['a']), lane.add(['b', 'c']), lane.add(['d'])];
    letGo();
    expect(await Promise.all(all)).toEqual([['A'], ['B', 'C'], ['D']]);
    expect(batches).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('waits for more after a batch of several, until it is full or stopped', async () => {
    const { lane, batches } = laneOf({ fillMs: 3_600_000, maxItems: 3 });
    await lane.add(['a', 'b']);
    const waiting = [lane.add(['c'])];
    await new Promise((resolve) => setImmediate(resolve));
    expect({ batches, isIdle: lane.isIdle }).toEqual({ batches: [['a', 'b']], isIdle: false });
    waiting.push(lane.add(['d', 'e']));
    await Promise.all(waiting);
    const last = lane.add(['f']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(batches).toHaveLength(2);
    lane.stop();
    await last;
    expect(batches).toEqual([['a', 'b'], ['c', 'd', 'e'], ['f']]);
  });

  it('never makes a lone item wait after a lone one', async () => {
    const { lane, batches } = laneOf({ fillMs: 3_600_000 });
    for (const item of ['a', 'b', 'c']) await lane.add([item]);
    expect(batches).toEqual([['a'], ['b'], ['c']]);
  });

  it('lets a lone item that comes a pause after several go at once', async () => {
    const { lane, batches } = laneOf({ fillMs: 20 });
    await lane.add(['a', 'b']);
    const end = performance.now() + 25;
    while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
    const lone = lane.add(['c']);
    // Without a timer: what waits for one is not in a batch by now.
    expect(batches).toEqual([['a', 'b'], ['c']]);
    await lone;
  });

  it('takes at most maxItems together', async () => {
    const { lane, batches } = laneOf({ maxItems: 2 });
    await lane.add(['a', 'b', 'c', 'd', 'e']);
    expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('keeps items of one key apart and in order', async () => {
    const { lane, batches } = laneOf({ keyOf: (item) => item[0] ?? null });
    await lane.add(['x1', 'y1', 'x2', 'x3', 'z1']);
    expect(batches).toEqual([['x1', 'y1', 'z1'], ['x2'], ['x3']]);
  });

  it('finds the rejected item of a data error and serves its neighbours', async () => {
    const run = (items: readonly string[]) =>
      items.includes('c') ? Promise.reject(data()) : Promise.resolve(items.map((item) => item.toUpperCase()));
    const { lane } = laneOf({ run });
    expect(await lane.add(['a', 'b', 'c', 'd', 'e'])).toEqual(['A', 'B', 'bad c', 'D', 'E']);
  });

  it('retries the whole batch while the database is away', async () => {
    let failures = 2;
    const run = (items: readonly string[]) =>
      failures-- > 0 ? Promise.reject(away()) : Promise.resolve([...items]);
    const { lane, batches } = laneOf({ run });
    expect(await lane.add(['a', 'b'])).toEqual(['a', 'b']);
    expect(batches).toHaveLength(3);
  });

  it('rejects when it cannot be done in time, and goes on with the next', async () => {
    let isAway = true;
    const run = (items: readonly string[]) => (isAway ? Promise.reject(away()) : Promise.resolve([...items]));
    const { lane } = laneOf({ run, deadlineMs: 100 });
    await expect(lane.add(['a'])).rejects.toMatchObject({ kind: 'unavailable' });
    isAway = false;
    expect(await lane.add(['b'])).toEqual(['b']);
  });

  it('does not start what waited past its deadline', async () => {
    const { lane, batches, hold, letGo } = laneOf({ deadlineMs: 50 });
    hold();
    const first = lane.add(['a']);
    const late = lane.add(['b']);
    const end = Date.now() + 60;
    while (Date.now() < end) await new Promise((resolve) => setImmediate(resolve));
    letGo();
    await first;
    await expect(late).rejects.toMatchObject({ kind: 'unavailable' });
    expect(batches).toEqual([['a']]);
  });

  it('stops retrying when it is told to', async () => {
    const { lane } = laneOf({ run: () => Promise.reject(away()), deadlineMs: Number.POSITIVE_INFINITY });
    const result = lane.add(['a']);
    lane.stop();
    await expect(result).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('does not retry a fault', async () => {
    const { lane, batches } = laneOf({
      run: () => Promise.reject(new DatabaseError('fault', '42703', 'bug')),
    });
    await expect(lane.add(['a'])).rejects.toMatchObject({ kind: 'fault' });
    expect(batches).toHaveLength(1);
  });
});
