import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';

export const rulesPath = '/api/notification-rules';
const most = 500;

/** All of them, for choices and for what uses a channel; the list itself is paged. */
export const useAllRules = () =>
  useQuery({
    queryKey: [...queryKeys.rules, 'all'],
    queryFn: async () => (await ask('GET', withQuery(rulesPath, { limit: most }))).items,
    refetchInterval: 30_000,
  });

/** Not read again by itself: it is the ground under what an operator types. */
export const useRule = (id: string) =>
  useQuery({
    queryKey: [...queryKeys.rules, 'one', id],
    queryFn: () => ask('GET', `${rulesPath}/${id}`),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** After any change of a rule: channels count their rules, and a rule that was stopped cancels what waits. */
export function useReloadRules(): () => Promise<void> {
  const client = useQueryClient();
  const lists = [
    [...queryKeys.rules, 'list'],
    [...queryKeys.rules, 'all'],
    queryKeys.channels,
    queryKeys.deliveries,
  ];
  return async () => {
    await Promise.all(lists.map((queryKey) => client.invalidateQueries({ queryKey })));
  };
}
