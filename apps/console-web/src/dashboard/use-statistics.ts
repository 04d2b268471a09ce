import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { askFor, withQuery, type QueryValue } from '../api/ask.js';
import type { AnswerTo } from '../api/route-of.js';
import { queryKeys } from '../api/query-keys.js';
import { boundsOf, rangeKey, type ChartRange } from './chart-range.js';

const refreshMs = 10_000;
/** These look at more rows, or change seldom. */
const slowRefreshMs = 30_000;

function useRange<Path extends string>(
  range: ChartRange,
  path: Path,
  more: Readonly<Record<string, QueryValue>>,
  everyMs = refreshMs,
) {
  return useQuery({
    queryKey: [...queryKeys.statistics, path, rangeKey(range)],
    queryFn: () =>
      askFor<AnswerTo<'GET', Path>>('GET', withQuery(path, { ...boundsOf(range, Date.now()), ...more })),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  });
}

export const useStatistics = (range: ChartRange) =>
  useRange(range, '/api/statistics', { stepSeconds: range.stepSeconds });

export const useLoad = (range: ChartRange) =>
  useRange(range, '/api/statistics/load', { stepSeconds: range.stepSeconds });

export const useTopSystems = (range: ChartRange) =>
  useRange(range, '/api/statistics/systems', {}, slowRefreshMs);

const mostCauses = 50;

/** What was wrong in the time that the charts show. */
export const useCausesIn = (range: ChartRange) =>
  useRange(range, '/api/health/history', { limit: mostCauses }, slowRefreshMs);

/** What operators changed in the settings in that time. */
export const useSettingChanges = (range: ChartRange) =>
  useRange(range, '/api/audit', { action: 'settings.change', limit: mostCauses }, slowRefreshMs);
