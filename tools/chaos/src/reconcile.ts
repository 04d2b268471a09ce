import type { Intended } from './chaos-client.js';

/** What the callers read and the operators see, when all is over. */
export interface Found {
  /** By `sensorId scanId`. */
  readonly states: ReadonlyMap<string, string>;
  readonly alerts: ReadonlyMap<string, number>;
}

export interface Reconciliation {
  readonly submitted: number;
  readonly answeredOk: number;
  readonly right: number;
  /** Another verdict than the object deserves; `error` is one. */
  readonly wrong: number;
  /** Answered OK, and no trace of it; or detected, and no alert. */
  readonly lost: number;
  /** More alerts than one for one intended submission. */
  readonly doubled: number;
  readonly stillOpen: number;
  /** `sensorId scanId: what`, for looking into it. */
  readonly problems: readonly string[];
}

export const keyOf = ({ sensorId, scanId }: { sensorId: string; scanId: string }): string =>
  `${sensorId} ${scanId}`;

type Ending = 'right' | 'wrong' | 'lost' | 'stillOpen';

export function reconcile(intended: readonly Intended[], { states, alerts }: Found): Reconciliation {
  const counts: Record<Ending, number> = { right: 0, wrong: 0, lost: 0, stillOpen: 0 };
  const problems: string[] = [];
  const answered = intended.filter((one) => one.okAtMs !== null);
  for (const one of answered) {
    const key = keyOf(one);
    const ending = endingOf(one.expected, states.get(key), alerts.get(key) ?? 0);
    counts[ending] += 1;
    if (ending !== 'right')
      problems.push(`${key}: ${ending}, ${states.get(key) ?? 'no state'} instead of ${one.expected}`);
  }
  // Also those never answered OK: the client may have been answered, and the answer lost.
  const doubled = intended.filter((one) => (alerts.get(keyOf(one)) ?? 0) > 1);
  problems.push(...doubled.map((one) => `${keyOf(one)}: ${alerts.get(keyOf(one))} alerts`));
  return {
    submitted: intended.length,
    answeredOk: answered.length,
    ...counts,
    doubled: doubled.length,
    problems,
  };
}

function endingOf(expected: Intended['expected'], state: string | undefined, alerts: number): Ending {
  if (state === undefined) return 'lost';
  if (state === 'processing') return 'stillOpen';
  if (state !== expected) return 'wrong';
  if (expected === 'detect') return alerts === 0 ? 'lost' : 'right';
  return alerts === 0 ? 'right' : 'wrong';
}

export const isFlawless = ({ wrong, lost, doubled, stillOpen }: Reconciliation): boolean =>
  wrong + lost + doubled + stillOpen === 0;
