import type { SettingDescription, SettingDescriptions } from '@sluice/console-api';
import type { Settings } from '@sluice/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';

export type { SettingDescription, SettingDescriptions };

const path = '/api/settings';

export const useSettings = () =>
  useQuery({
    queryKey: queryKeys.settings,
    queryFn: () => ask('GET', path),
    refetchInterval: 30_000,
  });

/** The answer is the new state of all settings. */
export function useChangeSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: Partial<Settings>) => ask('PATCH', path, values),
    onSuccess: (settings) => client.setQueryData(queryKeys.settings, settings),
  });
}
