import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, withQuery, type QueryValue } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import type { AlertCard, AlertChange } from './alert.js';

export const alertsPath = '/api/alerts';
const refreshMs = 20_000;

export const useAlert = (id: string) =>
  useQuery({
    queryKey: [...queryKeys.alerts, 'one', id],
    queryFn: () => ask('GET', `${alertsPath}/${id}`),
    refetchInterval: refreshMs,
  });

/** Others of the same system or sender; the card shows a few. */
export const useRelatedAlerts = (filter: Readonly<Record<string, QueryValue>>, isWanted = true) =>
  useQuery({
    queryKey: [...queryKeys.alerts, 'related', JSON.stringify(filter)],
    queryFn: () => ask('GET', withQuery(alertsPath, { limit: 6, ...filter })),
    enabled: isWanted,
  });

export const changeAlert = (id: number, change: AlertChange): Promise<AlertCard> =>
  ask('PATCH', `${alertsPath}/${id}`, change);

export function useChangeAlert(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: AlertChange) => changeAlert(id, change),
    onSuccess: (card) => client.setQueryData([...queryKeys.alerts, 'one', String(id)], card),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.alerts }),
  });
}
