import type { AuditEntry, LoadStatistics, PastCause, Statistics, TopSystems } from '@sluice/console-api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ask, withQuery, type QueryValue } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import type { ListPage } from '../lists/list-page.js';
import { boundsOf, rangeKey, type ChartRange } from './chart-range.js';

const refreshMs = 10_000;
/** These look at more rows, or change seldom. */
const slowRefreshMs = 30_000;

function useRange<Answer>(
  range: ChartRange,
  path: string,
  more: Readonly<Record<string, QueryValue>>,
  everyMs = refreshMs,
) {
  return useQuery({
    queryKey: [...queryKeys.statistics, path, rangeKey(range)],
    queryFn: () => ask<Answer>('GET', withQuery(path, { ...boundsOf(range, Date.now()), ...more })),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  });
}

export const useStatistics = (range: ChartRange) =>
  useRange<Statistics>(range, '/api/statistics', { stepSeconds: range.stepSeconds });

export const useLoad = (range: ChartRange) =>
  useRange<LoadStatistics>(range, '/api/statistics/load', { stepSeconds: range.stepSeconds });

export const useTopSystems = (range: ChartRange) =>
  useRange<TopSystems>(range, '/api/statistics/systems', {}, slowRefreshMs);

const mostCauses = 50;

/** What was wrong in the time that the charts show. */
export const useCausesIn = (range: ChartRange) =>
  useRange<ListPage<PastCause>>(range, '/api/health/history', { limit: mostCauses }, slowRefreshMs);

/** What operators changed in the settings in that time. */
export const useSettingChanges = (range: ChartRange) =>
  useRange<ListPage<AuditEntry>>(
    range,
    '/api/audit',
    { action: 'settings.change', limit: mostCauses },
    slowRefreshMs,
  );
