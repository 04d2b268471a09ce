import type { StatisticsQuery, StatisticsRangeQuery } from '@sluice/console-api/requests';
import { badRequest } from '../api/api.errors.js';

const mostPoints = 1500;

export interface StatisticsRange {
  readonly from: Date;
  readonly until: Date;
}

/** Whole minutes, because that is how they are counted. */
export function toRange(query: StatisticsRangeQuery): StatisticsRange {
  const untilMs = query.until === undefined ? Date.now() + 60_000 : Date.parse(query.until);
  const fromMs = query.from === undefined ? untilMs - 3_660_000 : Date.parse(query.from);
  if (fromMs >= untilMs) throw badRequest('from has to be before until', { from: 'after until' });
  const toMinute = (ms: number): Date => new Date(Math.floor(ms / 60_000) * 60_000);
  return { from: toMinute(fromMs), until: toMinute(untilMs) };
}

/** A range in steps, as many as a chart can show. */
export function toSteppedRange(query: StatisticsQuery): StatisticsRange {
  const range = toRange(query);
  if ((range.until.getTime() - range.from.getTime()) / 1000 / query.stepSeconds > mostPoints)
    throw badRequest(`more than ${mostPoints} steps; take a larger step`, {
      stepSeconds: 'too small for this range',
    });
  return range;
}
