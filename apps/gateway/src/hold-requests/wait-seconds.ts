import { refuse } from '../answer-requests/answer.js';

/** `wait` of a query in seconds, 0 when absent; more than `maxSeconds` counts as that; null when it is no whole number. */
export function readWaitSeconds(query: URLSearchParams, maxSeconds: number): number | null {
  const text = query.get('wait');
  if (text === null || text === '') return 0;
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), maxSeconds) : null;
}

export const badWait = refuse('bad-request', 'wait has to be a whole number of seconds');
export const tooManyHeld = refuse('limit', 'this system holds too many waiting requests already');
