import type { Database } from '@sluice/database';
import { createLogger } from '@sluice/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startLockedTasks, type Turns, type TurnWork } from './start-locked-tasks.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
/** Every turn is this instance's. */
const database = {
  transaction: (work: (query: () => Promise<unknown>) => Promise<unknown>) =>
    work(async () => ({ rows: [{ mine: true }], rowCount: 1 })),
} as unknown as Database;

let isAnyUnfinished: boolean;
const nothing = async (): Promise<boolean> => false;
const lost = {
  isAnyUnfinished: async () => isAnyUnfinished,
  sendMarkers: vi.fn(async () => undefined),
  publishLost: vi.fn(nothing),
};
const work = {
  lost,
  retries: { dueInMs: async () => null, publishDue: nothing },
  restarts: { isAnyLost: nothing, publishAgain: nothing },
  objects: { expire: nothing, sweepOrphans: nothing },
  holds: { end: nothing },
  groups: { remember: nothing, find: nothing, sweep: nothing, isAnyDue: nothing },
  copies: { copy: nothing, isAnyDue: nothing },
  seals: null,
  records: { expire: nothing },
  waves: { advance: nothing, isNeeded: nothing },
} as unknown as TurnWork;

let turns: Turns;
beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  isAnyUnfinished = false;
  turns = startLockedTasks(database, work, logger);
});
afterEach(async () => {
  await turns.stop();
  vi.useRealTimers();
});

describe('what is done about lost work', () => {
  it('is nothing while no scan is unfinished', async () => {
    turns.brokerBack();
    turns.lostNow();
    await vi.advanceTimersByTimeAsync(120_000);
    expect([lost.sendMarkers.mock.calls.length, lost.publishLost.mock.calls.length]).toEqual([0, 0]);
  });

  it('begins within one interval of markers when there is one', async () => {
    await vi.advanceTimersByTimeAsync(120_000);
    isAnyUnfinished = true;
    await vi.advanceTimersByTimeAsync(17_000);
    expect(lost.sendMarkers).toHaveBeenCalled();
    expect(lost.publishLost).toHaveBeenCalled();
  });
});
