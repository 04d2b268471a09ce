import { createState, useSharedState } from '../api/create-state.js';

/** What `GET /api/events` says whenever any of it changes. */
export interface LiveState {
  readonly registryRevision: number;
  /** Integration requests that wait for a decision. */
  readonly pendingRequests: number;
  readonly newAlerts: number;
  /** Counted up to a thousand. */
  readonly failedJobs: number;
  readonly lastAlertId: number;
  /** Problems that are there now, by the page that shows more of them. */
  readonly problems: Readonly<Record<string, number>>;
}

/** Null until the first event, or while the console sends none. */
export const liveState = createState<LiveState | null>(null);
export const useLiveState = (): LiveState | null => useSharedState(liveState);
