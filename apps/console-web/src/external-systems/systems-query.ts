import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { RequestBody } from '@sluice/console-api/requests';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import type { ListPage } from '../lists/list-page.js';
import type { ExternalSystem } from './external-system.js';

const path = '/api/external-systems';
const pageSize = 500;
/** Requests are bounded at 1,000; beyond ten thousand certificates the list shows the newest. */
const maxPages = 20;
const refreshMs = 15_000;

export const useServer = () =>
  useQuery({
    queryKey: queryKeys.server,
    queryFn: () => ask('GET', '/api/server'),
    refetchInterval: 30_000,
  });

/** All certificates: folding them by ID needs the whole list. */
export const useExternalSystems = () =>
  useQuery({ queryKey: queryKeys.externalSystems, queryFn: readAll, refetchInterval: refreshMs });

async function readAll(): Promise<ExternalSystem[]> {
  const systems: ExternalSystem[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < maxPages; page += 1) {
    const answer: ListPage<ExternalSystem> = await ask('GET', withQuery(path, { limit: pageSize, cursor }));
    systems.push(...answer.items);
    cursor = answer.nextCursor;
    if (cursor === null) break;
  }
  return systems;
}

type AcceptanceBody = RequestBody<'POST /api/external-systems/{id}/accept'>;
/** What the operator decided; null: not asked for, or not given. */
export interface Acceptance {
  readonly type: AcceptanceBody['type'];
  readonly name: string | null;
  readonly mode: NonNullable<AcceptanceBody['mode']> | null;
}

/** The API accepts the certificate the operator saw, as the type the operator decided. */
export async function acceptSystem(system: ExternalSystem, acceptance: Acceptance): Promise<void> {
  const { type, name, mode } = acceptance;
  const body: AcceptanceBody = {
    certificateFingerprint: system.certificateFingerprint,
    type,
    ...(name === null ? {} : { name }),
    ...(mode === null ? {} : { mode }),
  };
  await ask('POST', `${path}/${system.id}/accept`, body);
}

export const rejectSystem = (system: ExternalSystem): Promise<unknown> =>
  ask('POST', `${path}/${system.id}/reject`, { certificateFingerprint: system.certificateFingerprint });

export const deleteSystem = (system: ExternalSystem): Promise<void> => ask('DELETE', `${path}/${system.id}`);

export type SystemChange = RequestBody<'PATCH /api/external-systems/{id}'>;
export const changeSystem = (id: string, change: SystemChange): Promise<unknown> =>
  ask('PATCH', `${path}/${id}`, change);

export type NewPair = RequestBody<'POST /api/external-systems'>;
export const registerPair = (pair: NewPair): Promise<unknown> => ask('POST', path, pair);

/** After any change: the list, and the badge that counts requests. */
export function useReloadSystems(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: queryKeys.externalSystems });
}
