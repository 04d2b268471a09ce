import { useQuery } from '@tanstack/react-query';
import { plural } from '../texts/formats.js';
import type { AlertFilter } from './alert.js';
import { countAlerts } from './change-many.js';

const countAgainMs = 60_000;

/** How many match the filter, in words; null: not known. Counted when it is asked for and then now and then. */
export function useAlertTotal(filter: AlertFilter, isWanted: boolean): string | null {
  const counted = useQuery({
    queryKey: ['alert-total', JSON.stringify({ ...filter, sort: null })],
    queryFn: () => countAlerts(filter),
    enabled: isWanted,
    staleTime: countAgainMs / 2,
    refetchInterval: countAgainMs,
    retry: false,
  });
  if (counted.data === undefined) return null;
  const { count, isMore } = counted.data;
  return `${isMore ? 'more than ' : ''}${plural(count, 'alert')}`;
}
