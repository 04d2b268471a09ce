import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';

export const channelsPath = '/api/notification-channels';
const most = 500;

/** All of them, for choices; the list itself is paged. */
export const useAllChannels = () =>
  useQuery({
    queryKey: [...queryKeys.channels, 'all'],
    queryFn: async () => (await ask('GET', withQuery(channelsPath, { limit: most }))).items,
    refetchInterval: 30_000,
  });

/** After any change of a channel: what waits for it may be due now, or cancelled. */
export function useReloadChannels(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: queryKeys.channels }),
      client.invalidateQueries({ queryKey: queryKeys.deliveries }),
    ]);
  };
}
