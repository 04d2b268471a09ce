import { describe, expect, it } from 'vitest';
import { CallLimit } from './call-limit.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a limit on calls', () => {
  it('lets in so many at once, in order, and goes on after one that fails', async () => {
    const limit = new CallLimit(2);
    const begun: number[] = [];
    const ends: ((error?: Error) => void)[] = [];
    const calls = [0, 1, 2, 3].map((index) =>
      limit.run(() => {
        begun.push(index);
        return new Promise<void>((resolve, reject) => {
          ends[index] = (error) => (error === undefined ? resolve() : reject(error));
        });
      }),
    );
    const settled = Promise.allSettled(calls);
    await turn();
    expect(begun).toEqual([0, 1]);
    ends[0]?.(new Error('x'));
    await turn();
    expect(begun).toEqual([0, 1, 2]);
    ends[1]?.();
    ends[2]?.();
    await turn();
    expect(begun).toEqual([0, 1, 2, 3]);
    ends[3]?.();
    expect((await settled).map((one) => one.status)).toEqual(['rejected', ...Array(3).fill('fulfilled')]);
    expect(await limit.run(() => Promise.resolve('in'))).toBe('in');
  });
});
