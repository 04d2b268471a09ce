import type { Counter } from 'prom-client';
import { type CallerLimit, type ReachedLimit, reachedLimitMinutes } from '@sluice/contracts';

const minuteMs = 60_000;

/**
 * Where callers were closed or refused by a bound. Whoever sits at the other end sees a closed connection at best, so the
 * operator has to hear of it: as a metric, and through the status in the console's health.
 */
export class ReachedLimits {
  /** By limit, then by minute: as few numbers as there are minutes, however large a flood is. */
  private readonly minutes = new Map<CallerLimit, Map<number, number>>();

  constructor(private readonly counter: Pick<Counter<'limit'>, 'inc'>) {}

  note(limit: CallerLimit, nowMs = performance.now()): void {
    this.counter.inc({ limit });
    const minute = Math.floor(nowMs / minuteMs);
    const counts = this.minutes.get(limit) ?? new Map<number, number>();
    this.minutes.set(limit, counts.set(minute, (counts.get(minute) ?? 0) + 1));
    forgetBefore(counts, minute - reachedLimitMinutes);
  }

  recent(nowMs = performance.now()): ReachedLimit[] {
    const first = Math.floor(nowMs / minuteMs) - reachedLimitMinutes;
    return [...this.minutes].flatMap(([limit, counts]) => {
      forgetBefore(counts, first);
      const count = [...counts.values()].reduce((sum, one) => sum + one, 0);
      return count === 0 ? [] : [{ limit, count }];
    });
  }
}

function forgetBefore(counts: Map<number, number>, first: number): void {
  for (const minute of counts.keys()) if (minute < first) counts.delete(minute);
}
