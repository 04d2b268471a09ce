import { describe, expect, it } from '@jest/globals';
import { startMany } from './start-many.js';

describe('many systems', () => {
  it('run so many side by side, the next as soon as one has stopped, each once', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const run = (name: string) => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    const all = startMany({ systems: 5, together: 2, run, onEnd: () => undefined });
    for (let at = 0; at < 5; at += 1) {
      expect(begun).toHaveLength(Math.min(5, at + 2));
      ends[at]?.();
      await new Promise(setImmediate);
    }
    expect((await all).map(({ problem }) => problem)).toEqual([null, null, null, null, null]);
    expect(new Set(begun).size).toBe(5);
  });

  it('go on after one that failed, and say why', async () => {
    const run = (name: string) =>
      name === 'system 2' ? Promise.reject(new Error('RabbitMQ did not start')) : Promise.resolve();
    const ended = await startMany({ systems: 3, together: 1, run, onEnd: () => undefined });
    expect(ended.map(({ name, problem }) => [name, problem])).toEqual([
      ['system 1', null],
      ['system 2', 'RabbitMQ did not start'],
      ['system 3', null],
    ]);
  });
});
