import type { CauseLevel, ServiceInstance } from '@sluice/console-api';
import { useQuery } from '@tanstack/react-query';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';

export const instanceStateWords: Readonly<
  Record<ServiceInstance['state'], { readonly name: string; readonly color: string }>
> = {
  ready: { name: 'Ready', color: 'teal' },
  'not ready': { name: 'Not ready', color: 'orange' },
  'not answering': { name: 'Not answering', color: 'red' },
};

export const levelWords: Readonly<Record<CauseLevel, { readonly name: string; readonly color: string }>> = {
  down: { name: 'Down', color: 'red' },
  degraded: { name: 'Degraded', color: 'orange' },
  advisory: { name: 'Reminder', color: 'blue' },
};

const refreshMs = 5000;

export const useHealth = () =>
  useQuery({
    queryKey: queryKeys.health,
    queryFn: () => ask('GET', '/api/health'),
    refetchInterval: refreshMs,
  });

const historyHours = 24 * 7;

/** Causes of the last days, those that last included. */
export const useCauseHistory = () =>
  useQuery({
    queryKey: [...queryKeys.health, 'history'],
    queryFn: () =>
      ask(
        'GET',
        withQuery('/api/health/history', {
          from: new Date(Date.now() - historyHours * 3_600_000).toISOString(),
          limit: 50,
        }),
      ),
    refetchInterval: 30_000,
  });
