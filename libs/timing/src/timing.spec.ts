import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackOff, backOffMs, Deadline, PeriodicWork, pollUntil, until, within } from './index.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('back-off', () => {
  const options = { firstMs: 100, longestMs: 1000, spread: 0.5 };
  it('doubles up to the longest and begins anew after a success', () => {
    const backOff = new BackOff(options, () => 0.5);
    expect([1, 2, 3, 4, 5].map(() => backOff.nextMs())).toEqual([100, 200, 400, 800, 1000]);
    backOff.reset();
    expect(backOff.nextMs()).toBe(100);
  });
  it('spreads each pause around its length', () => {
    expect(backOffMs(0, options, () => 0)).toBe(50);
    expect(backOffMs(0, options, () => 1)).toBe(150);
    expect(backOffMs(5000, { ...options, spread: 0 })).toBe(1000);
  });
});

describe('a deadline', () => {
  it('is over when its time is, and never owes less than nothing', () => {
    const deadline = Deadline.in(1000);
    vi.advanceTimersByTime(400);
    expect([deadline.isOver, deadline.remainingMs]).toEqual([false, 600]);
    vi.advanceTimersByTime(700);
    expect([deadline.isOver, deadline.remainingMs]).toEqual([true, 0]);
  });
});

describe('waiting', () => {
  it('within a time says whether the work was done', async () => {
    await expect(within(100, Promise.resolve(7))).resolves.toBe('done');
    const late = within(100, new Promise(() => undefined));
    vi.advanceTimersByTime(100);
    await expect(late).resolves.toBe('late');
    expect(vi.getTimerCount()).toBe(0);
  });
  it('within a time passes a failure on, and a late one ends no process', async () => {
    await expect(within(100, Promise.reject(new Error('no')))).rejects.toThrow('no');
    let fail: (error: Error) => void = () => undefined;
    const late = within(100, new Promise((_, reject) => (fail = reject)));
    vi.advanceTimersByTime(100);
    await expect(late).resolves.toBe('late');
    fail(new Error('too late'));
  });
  it('until something holds goes on over errors, and ends in time', async () => {
    vi.useRealTimers();
    let looks = 0;
    const holds = () => {
      looks += 1;
      if (looks === 1) throw new Error('not yet');
      return looks > 2;
    };
    expect(await until(() => (holds() ? 'yes' : undefined), 5000, 1)).toBe('yes');
    expect(looks).toBe(3);
    expect(await pollUntil(() => false, { timeoutMs: 5, intervalMs: 1 })).toBe(false);
    const failing = until(() => Promise.reject(new Error('why')), 5, 1);
    await expect(failing).rejects.toMatchObject({
      message: expect.stringMatching(/5 ms/),
      cause: new Error('why'),
    });
  });
});

describe('periodic work', () => {
  const failures: unknown[] = [];
  let runs = 0;
  let next: () => Promise<unknown>;
  const make = (more: Partial<ConstructorParameters<typeof PeriodicWork>[0]> = {}) =>
    new PeriodicWork({
      run: () => ((runs += 1), next()),
      intervalMs: 1000,
      onFailure: (error) => failures.push(error),
      ...more,
    });
  const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  beforeEach(() => {
    [runs, next] = [0, async () => false];
    failures.length = 0;
  });

  it('runs at once and then an interval after each end', async () => {
    const work = make().start();
    await after(0);
    expect(runs).toBe(1);
    await after(999);
    expect(runs).toBe(1);
    await after(1);
    expect(runs).toBe(2);
    await work.stop();
    await after(5000);
    expect(runs).toBe(2);
  });
  it('asks after each run when the next one is, where that follows from what was found', async () => {
    const work = make({ intervalMs: () => runs * 100 }).start();
    await after(99);
    expect(runs).toBe(1);
    await after(1);
    expect(runs).toBe(2);
    await after(199);
    expect(runs).toBe(2);
    await after(1);
    expect(runs).toBe(3);
    await work.stop();
  });
  it('runs once within the time it is woken for, however often, and not later than it would have', async () => {
    const work = make().start();
    await after(100);
    for (const ms of [300, 200, 250, 5000]) work.wakeWithin(ms);
    await after(199);
    expect(runs).toBe(1);
    await after(1);
    expect(runs).toBe(2);
    await after(999);
    expect(runs).toBe(2);
    await after(1);
    expect(runs).toBe(3);
    await work.stop();
  });
  it('takes it for the next run that it is woken for while it runs', async () => {
    let end = (): void => undefined;
    next = () => new Promise((resolve) => (end = () => resolve(false)));
    const work = make().start();
    await after(0);
    work.wakeWithin(200);
    next = async () => false;
    end();
    await after(199);
    expect(runs).toBe(1);
    await after(1);
    expect(runs).toBe(2);
    await work.stop();
  });
  it('goes on at once while there is more', async () => {
    next = async () => runs < 4;
    const work = make().start(500);
    await after(499);
    expect(runs).toBe(0);
    await after(5);
    expect(runs).toBe(4);
    await work.stop();
  });
  it('never runs twice at once: a call in between leads to exactly one more run', async () => {
    let end: () => void = () => undefined;
    next = () => new Promise<void>((resolve) => (end = resolve));
    const work = make().start();
    await after(0);
    work.wake();
    work.wake();
    await after(10);
    expect(runs).toBe(1);
    next = async () => false;
    end();
    await after(0);
    expect(runs).toBe(2);
    await after(500);
    expect(runs).toBe(2);
    await work.stop();
  });
  it('pauses after a failure, woken or not, where that was asked for', async () => {
    next = () => Promise.reject(new Error('away'));
    const work = make({ intervalMs: 10, failurePauseMs: 300 }).start();
    await after(0);
    expect(failures).toHaveLength(1);
    work.wake();
    await after(299);
    expect(runs).toBe(1);
    next = async () => false;
    await after(1);
    expect(runs).toBe(2);
    await work.stop();
  });
  it('that runs only when it is woken is woken after a failure, too: in the pause, and long after it', async () => {
    next = () => Promise.reject(new Error('away'));
    const work = make({ intervalMs: null, failurePauseMs: 300 }).start();
    await after(0);
    await after(5000);
    expect(runs).toBe(1);
    work.wake();
    await after(0);
    expect(runs).toBe(2);
    next = async () => false;
    work.wake();
    await after(299);
    expect(runs).toBe(2);
    await after(1);
    expect(runs).toBe(3);
    await work.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
  it('woken while it pauses runs as soon as the pause is over, however long its interval', async () => {
    next = () => Promise.reject(new Error('away'));
    const work = make({ intervalMs: 10_000, failurePauseMs: 300 }).start();
    await after(0);
    next = async () => false;
    await after(100);
    work.wake();
    await after(200);
    expect(runs).toBe(2);
    await work.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
  it('woken after a failure runs at once where no pause was asked for', async () => {
    next = () => Promise.reject(new Error('away'));
    const work = make().start();
    await after(0);
    next = async () => false;
    work.wake();
    await after(0);
    expect(runs).toBe(2);
    await work.stop();
  });
  it('stops when the run that is on is over', async () => {
    let end: () => void = () => undefined;
    next = () => new Promise<void>((resolve) => (end = resolve));
    const work = make().start();
    await after(0);
    let isStopped = false;
    const stopped = work.stop().then(() => (isStopped = true));
    await after(100);
    expect(isStopped).toBe(false);
    end();
    await stopped;
    await after(5000);
    expect(runs).toBe(1);
  });
});
