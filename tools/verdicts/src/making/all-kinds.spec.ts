import { describe, expect, it } from 'vitest';
import { allKinds } from './all-kinds.js';

describe('the kinds', () => {
  it('are at least 600, each with a name of its own', () => {
    expect(allKinds.length).toBeGreaterThanOrEqual(600);
    expect(new Set(allKinds.map(({ name }) => name)).size).toBe(allKinds.length);
  });

  it('keep all 491 that were measured first', () =>
    expect(allKinds.filter(({ set }) => set === 'first')).toHaveLength(491));

  it('have a reason wherever they ask for less than found by every engine', () => {
    const less = allKinds.filter(({ expectation }) => expectation !== 'found');
    expect(less.filter(({ reason }) => reason === null || reason.length < 9)).toEqual([]);
  });
});
