import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptResults } from './kept-results.js';

const [mine, other] = [
  { hash: 'a', text: 'build a' },
  { hash: 'b', text: 'build b' },
];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (build = mine, isAnyBuild = false): KeptResults<{ n: number }> =>
  new KeptResults(path.join(folder, 'kept.jsonl'), { build, isAnyBuild });

describe('results of a run that was stopped', () => {
  it('are there for the next one, but for a line that was cut', () => {
    open().add('x', { n: 1 });
    appendFileSync(path.join(folder, 'kept.jsonl'), '["y",{"n":');
    expect(open().all).toEqual([{ n: 1 }]);
  });

  it('of another build do not count, and are counted', () => {
    open(other).add('x', { n: 1 });
    open(other).add('y', { n: 2 });
    open().add('x', { n: 3 });
    const kept = open();
    expect([kept.all, kept.leftOut, kept.has('y')]).toEqual([[{ n: 3 }], 1, false]);
  });

  it('of any build are named by it when they are asked for', () => {
    open(other).add('x', { n: 1 });
    open().add('y', { n: 2 });
    appendFileSync(path.join(folder, 'kept.jsonl'), '["z",{"n":3}]\n');
    const kept = open(mine, true);
    expect(kept.all).toHaveLength(3);
    expect(Object.fromEntries(kept.builds)).toEqual({ 'build a': 1, 'build b': 1, 'an unknown build': 1 });
  });
});
