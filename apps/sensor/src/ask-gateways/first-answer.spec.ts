import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '@sluice/timing';
import { firstAnswer, type Attempt, type AttemptContext } from './first-answer.js';

/** Attempts whose ends the spec decides; `begun` are those that were begun. */
function prepare(count: number) {
  const begun: { context: AttemptContext; end: (answer: string | null) => void }[] = [];
  const attempts = Array.from(
    { length: count },
    (): Attempt<string> => (context) => new Promise((end) => begun.push({ context, end })),
  );
  return { begun, attempts };
}
const longMs = 600_000;
afterEach(() => {
  vi.useRealTimers();
});

const patient = { hedgeMs: longMs, signal: new AbortController().signal };

describe('firstAnswer', () => {
  it('is that of the first attempt, and no other is begun', async () => {
    const { begun, attempts } = prepare(2);
    const answer = firstAnswer(attempts, patient);
    begun[0]?.end('first');
    expect(await answer).toBe('first');
    expect(begun).toHaveLength(1);
  });
  it('is that of the next when one fails, which is begun at once', async () => {
    const { begun, attempts } = prepare(2);
    const answer = firstAnswer(attempts, patient);
    begun[0]?.end(null);
    await until(() => begun[1], 5000);
    begun[1]?.end('second');
    expect(await answer).toBe('second');
  });
  it('is that of whoever answers first when one is silent, and the others are aborted', async () => {
    const { begun, attempts } = prepare(3);
    const answer = firstAnswer(attempts, { ...patient, hedgeMs: 1 });
    await until(() => begun[2], 5000);
    begun[1]?.end('second');
    expect(await answer).toBe('second');
    expect(begun[0]?.context.signal.aborted).toBe(true);
    expect(begun[2]?.context.signal.aborted).toBe(true);
  });
  it('may be that of the silent one after all', async () => {
    const { begun, attempts } = prepare(2);
    const answer = firstAnswer(attempts, { ...patient, hedgeMs: 1 });
    await until(() => begun[1], 5000);
    begun[1]?.end(null);
    begun[0]?.end('slow');
    expect(await answer).toBe('slow');
  });
  it('is null when all failed, and when there are none', async () => {
    const { begun, attempts } = prepare(1);
    const answer = firstAnswer(attempts, patient);
    begun[0]?.end(null);
    expect(await answer).toBeNull();
    expect(await firstAnswer([], patient)).toBeNull();
  });
  it('does not take for silent what makes progress', async () => {
    vi.useFakeTimers();
    const { begun, attempts } = prepare(2);
    const answer = firstAnswer(attempts, { ...patient, hedgeMs: 200 });
    for (let step = 0; step < 3; step += 1) {
      await vi.advanceTimersByTimeAsync(150);
      begun[0]?.context.onProgress();
    }
    expect(begun).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(250);
    expect(begun).toHaveLength(2);
    begun[0]?.end('first');
    expect(await answer).toBe('first');
  });
});
