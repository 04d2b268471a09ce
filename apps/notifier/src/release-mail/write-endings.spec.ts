import { describe, expect, it } from 'vitest';
import type { Query } from '@sluice/database';
import { setImmediate } from 'node:timers/promises';
import type { ClaimedRelease, ReleaseEnding } from './releases.query.js';
import { WriteEndings } from './write-endings.js';

const ending: ReleaseEnding = { state: 'delivered', pending: [], answers: [], fresh: [], againInMs: 0 };
const claimed = (lease: string) => ({ id: `id of ${lease}`, lease }) as ClaimedRelease;

/** A database that answers when it is told to, and takes no batch with `bad`. */
function slowDatabase() {
  const batches: string[][] = [];
  const waiting: (() => void)[] = [];
  const query = (async (_sql: string, [json]: [string]) => {
    const leases = (JSON.parse(json) as { lease: string }[]).map(({ lease }) => lease);
    batches.push(leases);
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (leases.includes('bad')) throw new Error('not taken');
    const rows = leases.filter((lease) => lease !== 'lost').map((lease) => ({ lease }));
    return { rows, rowCount: rows.length };
  }) as unknown as Query;
  const answer = async (): Promise<void> => {
    waiting.shift()?.();
    // All that follows without a database has happened then.
    await setImmediate();
  };
  return { batches, answer, query };
}

describe('endings of releases', () => {
  it('gather while others are being written, and each has its own answer', async () => {
    const { batches, answer, query } = slowDatabase();
    const endings = new WriteEndings(query);
    const written = ['a', 'b', 'lost'].map((lease) => endings.write(claimed(lease), ending));
    await answer();
    await answer();
    expect(batches).toEqual([['a'], ['b', 'lost']]);
    expect(await Promise.all(written)).toEqual([true, true, false]);
  });

  it('are written one by one when the database does not take them together', async () => {
    const { batches, answer, query } = slowDatabase();
    const endings = new WriteEndings(query);
    const written = ['a', 'b', 'bad', 'c'].map((lease) => endings.write(claimed(lease), ending));
    const outcomes = Promise.allSettled(written);
    for (let turn = 0; turn < 5; turn += 1) await answer();
    expect(batches).toEqual([['a'], ['b', 'bad', 'c'], ['b'], ['bad'], ['c']]);
    expect((await outcomes).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });
});
