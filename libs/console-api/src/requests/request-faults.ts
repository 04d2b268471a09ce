import type { z } from 'zod';
import { routeOf } from '../route-of.js';
import { apiRequests, type ApiRequest, type RequestRoute } from './api-requests.js';

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the console would refuse the request for, by field; null when it would take it, or when it takes nothing but a path. */
export function requestFaults({ method, path, query, body }: SentRequest): Record<string, string> | null {
  const route = routeOf(Object.keys(apiRequests) as RequestRoute[], method, path);
  if (route === null) return null;
  const wanted: ApiRequest = apiRequests[route];
  const faults = { ...faultsOf(wanted.query, query), ...faultsOf(wanted.body, body) };
  return Object.keys(faults).length === 0 ? null : faults;
}

function faultsOf(schema: z.ZodType | undefined, value: unknown): Record<string, string> {
  const parsed = schema?.safeParse(value);
  if (parsed === undefined || parsed.success) return {};
  return Object.fromEntries(
    parsed.error.issues.map((issue) => [issue.path.map(String).join('.'), issue.message]),
  );
}
