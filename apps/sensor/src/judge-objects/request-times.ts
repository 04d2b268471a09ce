/** A gateway holds a request no longer. */
const mostWaitSeconds = 60;
/** The answer to a submission also says that it was recorded: that is not waited for as long as a verdict is. */
const mostSubmitSeconds = 10;
/** Shorter waits would only be more of them. */
const leastWaitSeconds = 10;
const requestsOfAHold = 4;
/** How late an answer may be before another gateway is asked beside the one that owes it. */
const leastMarginMs = 500;
const mostMarginMs = 5000;
const giveUpMarginMs = 15_000;

export interface RequestTimes {
  readonly waitSeconds: number;
  readonly hedgeMs: number;
  readonly answerMs: number;
}

/**
 * The times of one request, with `leftMs` of the hold left: short enough that a gateway that takes requests and never
 * answers costs a part of the hold (about six tenths of a short one, a quarter of a long one) and not all of it.
 */
export function requestTimes(step: 'submit' | 'ask-on', leftMs: number): RequestTimes {
  const leftSeconds = leftMs / 1000;
  const share = Math.max(leftSeconds / requestsOfAHold, Math.min(leftSeconds / 2, leastWaitSeconds));
  const most = step === 'submit' ? mostSubmitSeconds : mostWaitSeconds;
  const waitSeconds = Math.max(1, Math.floor(Math.min(share, most)));
  const marginMs = Math.min(Math.max(leftMs / 8, leastMarginMs), mostMarginMs);
  const hedgeMs = Math.min(waitSeconds * 1000 + marginMs, leftMs);
  return { waitSeconds, hedgeMs, answerMs: waitSeconds * 1000 + giveUpMarginMs };
}
