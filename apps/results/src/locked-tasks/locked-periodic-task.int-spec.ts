import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '@sluice/runtime';
import { LedgerFixture } from '../testing/ledger-fixture.js';
import { LockedPeriodicTask } from './locked-periodic-task.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
let ledger: LedgerFixture;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
});
afterAll(() => ledger.close());

const turnOf = (work: () => Promise<boolean>, intervalMs = 10, longestMs = 30_000) =>
  new LockedPeriodicTask({
    name: 'test',
    lockKey: 99,
    intervalMs,
    longestMs,
    work,
    database: ledger.database,
    logger,
  });

describe('a turn', () => {
  it('is not taken when a look finds nothing to do', async () => {
    let taken = 0;
    let isNeeded = false;
    const turn = new LockedPeriodicTask({
      name: 'test',
      lockKey: 99,
      intervalMs: 10,
      isNeeded: async () => isNeeded,
      work: async () => ((taken += 1), true),
      database: ledger.database,
      logger,
    });
    expect({ hasMore: await turn.take(), taken }).toEqual({ hasMore: false, taken: 0 });
    isNeeded = true;
    expect({ hasMore: await turn.take(), taken }).toEqual({ hasMore: true, taken: 1 });
  });

  it('is taken by one instance at a time', async () => {
    let [atOnce, most, taken, ended] = [0, 0, 0, 0];
    let end: (() => void) | undefined;
    // Until the others were refused, however late they come to ask; or until one was not.
    const othersAsked = new Promise<void>((resolve) => (end = resolve));
    const turn = turnOf(async () => {
      most = Math.max(most, (atOnce += 1));
      if ((taken += 1) > 1) end?.();
      await othersAsked;
      atOnce -= 1;
      return false;
    });
    await Promise.all(
      [1, 2, 3, 4].map(async () => {
        await turn.take();
        if ((ended += 1) === 3) end?.();
      }),
    );
    expect({ most, taken }).toEqual({ most: 1, taken: 1 });
  });

  it('of an instance that stands still is taken from it', async () => {
    let wake: (() => void) | undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    let begin: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const frozen = turnOf(
      () => {
        begin?.();
        return asleep.then(() => false);
      },
      10,
      100,
    );
    const lost = frozen.take();
    await begun;
    let taken = false;
    const other = turnOf(() => {
      taken = true;
      return Promise.resolve(false);
    });
    for (const end = Date.now() + 90_000; !taken && Date.now() < end;) await other.take();
    expect(taken).toBe(true);
    wake?.();
    await expect(lost).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is free again after work that failed, and work goes on', async () => {
    let calls = 0;
    const done = new Promise<void>((resolve) => {
      const turn = turnOf(() => {
        calls += 1;
        if (calls === 1) return Promise.reject(new Error('once'));
        if (calls === 3) void turn.stop().then(resolve);
        return Promise.resolve(calls === 2);
      });
      turn.start();
    });
    await done;
    expect(calls).toBe(3);
  });

  it('that is asked for comes before its interval', async () => {
    await new Promise<void>((resolve) => {
      const turn = turnOf(() => {
        void turn.stop().then(resolve);
        return Promise.resolve(false);
      }, 3600_000);
      turn.runNow();
    });
  });
});
