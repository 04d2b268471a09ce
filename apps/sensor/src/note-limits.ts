import type { Logger } from '@sluice/runtime';
import type { ListenerName, SensorMetrics } from './sensor-metrics.js';

/** Of one limit at most a line in this time: who floods a listener must not fill its log. */
const quietMs = 60_000;

interface NoteLimitsDeps {
  readonly metrics: Pick<SensorMetrics, 'reachedLimit'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly nowMs?: () => number;
}

/**
 * Says which bound of a listener turned a client away: each time in the metrics, in the log at once and then once a
 * minute for as long as it goes on, with how often it was.
 */
export function noteLimits<Limit extends string>(
  listener: ListenerName,
  { metrics, logger, nowMs = () => performance.now() }: NoteLimitsDeps,
): (limit: Limit, details?: object) => void {
  const notes = new Map<Limit, { loggedMs: number; since: number }>();
  return (limit, details = {}) => {
    metrics.reachedLimit(listener, limit);
    const note = notes.get(limit) ?? { loggedMs: -Infinity, since: 0 };
    notes.set(limit, note);
    note.since += 1;
    if (nowMs() - note.loggedMs < quietMs) return;
    logger.warn(
      { ...details, listener, limit, count: note.since },
      'a bound of a listener turned clients away',
    );
    note.loggedMs = nowMs();
    note.since = 0;
  };
}
