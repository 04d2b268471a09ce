import type { SettingKey, Settings } from '@sluice/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';

export interface SettingDescription {
  readonly value: unknown;
  readonly default: unknown;
  readonly type: string;
  readonly unit: string | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly options: readonly unknown[] | null;
  readonly pinned: boolean;
  readonly pinnedBy: string | null;
}
export type SettingDescriptions = Readonly<Record<SettingKey, SettingDescription>>;

const path = '/api/settings';

export const useSettings = () =>
  useQuery({
    queryKey: queryKeys.settings,
    queryFn: () => ask<SettingDescriptions>('GET', path),
    refetchInterval: 30_000,
  });

/** The answer is the new state of all settings. */
export function useChangeSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: Partial<Settings>) => ask<SettingDescriptions>('PATCH', path, values),
    onSuccess: (settings) => client.setQueryData(queryKeys.settings, settings),
  });
}
