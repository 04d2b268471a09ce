import { backOffMs } from '@sluice/timing';
import type { ClaimedRelease, RecipientAnswer, ReleaseEnding } from './releases.query.js';

/** How an attempt went. `away`: the receiver was not reached, so no recipient was asked. */
export type ReleaseOutcome =
  | {
      readonly kind: 'answered';
      readonly answers: readonly RecipientAnswer[];
      /** Who put all of them off, where it is known: the receiver before it heard of recipients, or Sluice, which did not ask. */
      readonly by?: 'receiver' | 'sluice';
    }
  | { readonly kind: 'away'; readonly answer: string };

/** As long as mail servers keep what they cannot hand on, or nearly; the object is held a day longer. */
export const releaseGivenUpAfterMs = 3 * 24 * 3600_000;
const pauses = { firstMs: 10_000, longestMs: 15 * 60_000, spread: 0 };

/**
 * What becomes of a release after an attempt. Null: it is given back as it was.
 *
 * | the receiver                       | becomes                                                      |
 * |------------------------------------|--------------------------------------------------------------|
 * | took it for all that were left     | delivered, or refused when it refused one earlier            |
 * | refused one for good, none is left | refused                                                      |
 * | put one off (4xx)                  | waiting: 10 s, 20 s … 15 min; refused three days after the start |
 * | was not reached                    | given back with that answer; refused three days after the start |
 */
export function endAttempt(
  release: Pick<ClaimedRelease, 'answers' | 'pending' | 'attempts' | 'createdAt'>,
  outcome: ReleaseOutcome,
  nowMs: number,
): ReleaseEnding | null {
  const isOver = nowMs - release.createdAt.getTime() > releaseGivenUpAfterMs;
  if (outcome.kind === 'away' && !isOver) return null;
  const asked = outcome.kind === 'away' ? release.pending.map(notReached(outcome.answer)) : outcome.answers;
  const fresh = asked.map((one) => (isOver && one.outcome === 'later' ? givenUp(one) : one));
  const isFresh = new Set(fresh.map(({ recipient }) => recipient));
  const answers = [...release.answers.filter(({ recipient }) => !isFresh.has(recipient)), ...fresh];
  const ended = new Set(answers.flatMap((one) => (one.outcome === 'later' ? [] : [one.recipient])));
  const pending = release.pending.filter((recipient) => !ended.has(recipient));
  if (pending.length > 0)
    return { state: 'waiting', pending, answers, fresh, againInMs: backOffMs(release.attempts, pauses) };
  const isRefused = answers.some((one) => one.outcome === 'refused');
  return { state: isRefused ? 'refused' : 'delivered', pending, answers, fresh, againInMs: 0 };
}

const notReached =
  (answer: string) =>
  (recipient: string): RecipientAnswer => ({ recipient, outcome: 'later', answer });

const givenUp = ({ recipient, answer }: RecipientAnswer): RecipientAnswer => ({
  recipient,
  outcome: 'refused',
  answer: `given up after three days: ${answer}`,
});
