import { describe, expect, it } from 'vitest';
import { PasswordTime, PasswordTries, maxTriesPerContainer } from './password-tries.js';

const words = Array.from({ length: 50 }, (_, n) => `w${n}`);

describe('tries of passwords', () => {
  it('end after twenty for one container, however often an opener begins anew', () => {
    const tries = new PasswordTries(() => words, new PasswordTime(60_000));
    expect([...tries]).toEqual(words.slice(0, maxTriesPerContainer));
    expect([...tries]).toEqual([]);
  });

  it('begin anew with the first, and count what was tried before', () => {
    const tries = new PasswordTries(() => words, new PasswordTime(60_000));
    for (const one of tries) if (one === 'w7') break;
    expect([...tries]).toEqual(words.slice(0, maxTriesPerContainer - 8));
  });

  it('end when a fifth of the walk’s time is used up, for all containers together', () => {
    const time = new PasswordTime(1000);
    const [first, second] = [new PasswordTries(() => words, time), new PasswordTries(() => words, time)];
    time.spend(199);
    expect(first[Symbol.iterator]().next().done).toBe(false);
    time.spend(1);
    expect([...first]).toEqual([]);
    expect([...second]).toEqual([]);
  });

  it('are charged what each of them took, also the one that opened', () => {
    const time = new PasswordTime(60_000);
    const tries = new PasswordTries(() => words, time);
    for (const one of tries) {
      const until = performance.now() + 5;
      while (performance.now() < until);
      if (one === 'w1') break;
    }
    expect(time.leftMs).toBeLessThanOrEqual(12_000 - 10);
  });
});
