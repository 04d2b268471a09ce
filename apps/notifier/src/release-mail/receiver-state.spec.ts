import { beforeEach, describe, expect, it } from 'vitest';
import type { ReleaseOutcome } from './end-attempt.js';
import { ReceiverState } from './receiver-state.js';
import type { RecipientAnswer } from './releases.query.js';

const [anna, berta] = ['anna@example.org', 'berta@example.org'];
const answered = (
  outcome: RecipientAnswer['outcome'],
  recipients: readonly string[] = [anna],
  by?: 'receiver' | 'sluice',
): ReleaseOutcome => ({
  kind: 'answered',
  answers: recipients.map((recipient) => ({ recipient, outcome, answer: '4' })),
  ...(by && { by }),
});
const away: ReleaseOutcome = { kind: 'away', answer: 'ECONNREFUSED' };

describe('a receiver of released mail', () => {
  let state: ReceiverState;
  let nowMs: number;
  beforeEach(() => {
    state = new ReceiverState();
    nowMs = 1_000_000;
  });
  const scout = (afterMs = 60_000) => state.scoutPast((nowMs += afterMs));
  const note = (...outcomes: readonly ReleaseOutcome[]) => outcomes.map((one) => state.note(one)).at(-1);

  it('is asked at the start, since it is not known what it does, and makes all due when it takes one', () => {
    expect(scout()).toEqual([]);
    expect(note(answered('taken'))).toBe('back');
    expect(scout()).toBeNull();
    expect(note(answered('taken'))).toBeNull();
  });
  it('that puts off one mail is asked about that one at its own times alone', () => {
    note(answered('taken'), answered('later', [anna, berta]), answered('later', [berta]));
    expect(scout()).toEqual([anna, berta]);
    expect(note(answered('taken', ['carl@example.org']))).toBeNull();
    expect(scout()).toBeNull();
  });
  it.each<[string, ReleaseOutcome[]]>([
    ['two mails without a recipient in common', [answered('later', [anna]), answered('later', [berta])]],
    ['one before it heard of recipients', [answered('later', [anna], 'receiver')]],
  ])('that puts off %s is asked by any, and all are due when it takes one', (_what, outcomes) => {
    note(answered('taken'), ...outcomes, answered('later', [anna]), answered('refused', [anna]));
    expect(scout()).toEqual([]);
    expect(note(answered('taken', [berta]))).toBe('back');
    expect(scout()).toBeNull();
  });
  it('that was away and puts off one mail is doubted, no more', () => {
    note(answered('taken'), away);
    expect(scout()).toEqual([]);
    note(answered('later', [anna]));
    expect(scout()).toEqual([anna]);
  });
  it('is not judged by what Sluice did not send', () => {
    note(answered('taken'), answered('later', [anna], 'sluice'), answered('refused', [berta], 'sluice'));
    expect(scout()).toBeNull();
  });
  it('is not asked again and again by a mail that Sluice cannot send', () => {
    note(answered('later', [anna], 'sluice'), answered('refused', [berta], 'sluice'));
    expect(scout()).toEqual([anna]);
    note(answered('later', [berta], 'receiver'));
    expect(scout()).toEqual([anna]);
    note(answered('taken', [berta]), away);
    expect(scout()).toEqual([]);
  });
  it('is asked every few seconds', () => {
    expect(scout()).toEqual([]);
    expect(scout(100)).toBeNull();
    // As seldom as it becomes.
    for (let round = 0; round < 10; round += 1) expect(scout(6000)).toEqual([]);
  });
});
