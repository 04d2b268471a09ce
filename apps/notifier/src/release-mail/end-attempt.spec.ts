import { describe, expect, it } from 'vitest';
import { endAttempt, releaseGivenUpAfterMs, type ReleaseOutcome } from './end-attempt.js';

const nowMs = Date.parse('2026-11-26T12:00:00Z');
const release = (
  changes: Partial<Parameters<typeof endAttempt>[0]> = {},
): Parameters<typeof endAttempt>[0] => ({
  answers: [],
  pending: ['a@x', 'b@x'],
  attempts: 0,
  createdAt: new Date(nowMs - 60_000),
  ...changes,
});
const old = { createdAt: new Date(nowMs - releaseGivenUpAfterMs - 1) };
const answered = (...outcomes: ('taken' | 'refused' | 'later')[]): ReleaseOutcome => ({
  kind: 'answered',
  answers: outcomes.map((outcome, at) => ({ recipient: ['a@x', 'b@x'][at]!, outcome, answer: outcome })),
});

describe('a release after an attempt', () => {
  it.each([
    [answered('taken', 'taken'), { state: 'delivered', pending: [] }],
    [answered('taken', 'refused'), { state: 'refused', pending: [] }],
    [answered('later', 'taken'), { state: 'waiting', pending: ['a@x'], againInMs: 10_000 }],
    [answered('later', 'refused'), { state: 'waiting', pending: ['a@x'] }],
  ])('of which the receiver said %j', (outcome, ending) => {
    expect(endAttempt(release(), outcome, nowMs)).toMatchObject(ending);
  });

  it('asks only those again that were put off, and keeps what the others were answered', () => {
    const first = endAttempt(release(), answered('later', 'taken'), nowMs)!;
    const second = endAttempt(
      release({ ...first, attempts: 1 } as never),
      { kind: 'answered', answers: [{ recipient: 'a@x', outcome: 'taken', answer: '250 ok' }] },
      nowMs,
    );
    expect(second).toMatchObject({ state: 'delivered', pending: [] });
    expect(second?.answers).toHaveLength(2);
  });

  it('waits longer with each attempt, a quarter of an hour at most', () => {
    const pauses = [0, 1, 2, 40].map(
      (attempts) => endAttempt(release({ attempts }), answered('later', 'later'), nowMs)?.againInMs,
    );
    expect(pauses).toEqual([10_000, 20_000, 40_000, 900_000]);
  });

  it('is given back as it was while the receiver is away', () => {
    expect(endAttempt(release(), { kind: 'away', answer: 'ECONNREFUSED' }, nowMs)).toBeNull();
  });

  it.each([answered('later', 'later'), { kind: 'away', answer: 'later' } as const])(
    'is refused, with the last answer, when three days were not enough: %j',
    (outcome) => {
      const answer = 'given up after three days: later';
      expect(endAttempt(release(old), outcome, nowMs)).toMatchObject({
        state: 'refused',
        pending: [],
        answers: [{ outcome: 'refused', answer }, { answer }],
      });
    },
  );

  it('is delivered when the last one takes it, however late', () => {
    expect(endAttempt(release(old), answered('taken', 'taken'), nowMs)?.state).toBe('delivered');
  });
});
