import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, withQuery } from '../../api/ask.js';
import { queryKeys } from '../../api/query-keys.js';
import type { ListPage } from '../../lists/list-page.js';
import type { Delivery, DeliveryFilter } from './delivery.js';

export const deliveriesPath = '/api/notification-deliveries';
/** Deliveries change within seconds, and the stream of events doesn't tell of them. */
export const deliveriesRefreshMs = 4000;
const pageSize = 200;

export const useDelivery = (id: string) =>
  useQuery({
    queryKey: [...queryKeys.deliveries, 'one', id],
    queryFn: () => ask('GET', `${deliveriesPath}/${id}`),
    refetchInterval: deliveriesRefreshMs,
  });

export const useDeliveriesOf = (alertId: number, limit: number) =>
  useQuery({
    queryKey: [...queryKeys.deliveries, 'alert', alertId, limit],
    queryFn: () => ask('GET', withQuery(deliveriesPath, { alertId, limit })),
    refetchInterval: 10_000,
  });

export const replayDelivery = (id: string): Promise<unknown> => ask('POST', `${deliveriesPath}/${id}/replay`);

export function useReloadDeliveries(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: queryKeys.deliveries }),
      client.invalidateQueries({ queryKey: queryKeys.channels }),
    ]);
  };
}

/** Everything that fits the filter now, page by page. */
export async function* matchingDeliveries(
  filter: Partial<DeliveryFilter>,
  signal: AbortSignal,
): AsyncGenerator<Delivery> {
  let cursor: string | null = null;
  do {
    const page: ListPage<Delivery> = await ask(
      'GET',
      withQuery(deliveriesPath, { limit: pageSize, cursor, ...filter }),
    );
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null && !signal.aborted);
}
