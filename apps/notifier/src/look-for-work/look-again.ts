import type { WaitingWork } from './look-for-work.query.js';

export const nothingWaits: WaitingWork = { hasAlerts: false, dueInMs: null };

/** While something waits for a slot, for a pause of its channel to end, or for another instance that has the lock. */
const waitingMs = 300;
/** Work is announced, and wakes at once; this finds what was not heard: a connection or a pooler may lose announcements. */
export const unheardMs = 2000;

/** When to look for work without being woken. While this instance sends, others' becomes due by how that goes. */
export function lookAgainInMs({ hasAlerts, dueInMs }: WaitingWork, isSending: boolean): number {
  if (hasAlerts || isSending) return waitingMs;
  if (dueInMs === null) return unheardMs;
  return dueInMs === 0 ? waitingMs : Math.min(dueInMs, unheardMs);
}
