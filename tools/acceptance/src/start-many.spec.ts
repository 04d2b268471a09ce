import { describe, expect, it } from 'vitest';
import { durations, sideBySide, startMany } from './start-many.js';

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

  it('begin no more once they are interrupted', async () => {
    const controller = new AbortController();
    const run = async (name: string): Promise<void> => {
      if (name === 'system 2') controller.abort();
    };
    const options = { systems: 9, together: 1, run, onEnd: () => undefined, signal: controller.signal };
    expect((await startMany(options)).map(({ name }) => name)).toEqual(['system 1', 'system 2']);
  });

  it('are as many side by side as fit into memory, and one at least', () => {
    const gibibytes = (count: number): number => count * 1024 ** 3;
    expect([23, 4.5, 3.9, 0.2].map((free) => sideBySide(4, gibibytes(free)))).toEqual([4, 4, 3, 1]);
  });

  it('are summed up by those that started', () => {
    const one = (seconds: number, problem: string | null = null) => ({
      name: `${seconds}`,
      problem,
      seconds,
    });
    expect(durations([one(40), one(90), one(600, 'late'), one(30)])).toEqual({
      medianSeconds: 40,
      longest: one(90),
    });
    expect(durations([one(600, 'late')])).toBeNull();
  });
});
