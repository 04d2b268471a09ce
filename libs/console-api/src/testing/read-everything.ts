import { answerFaults, apiAnswers, type ApiRoute } from '../routes.js';
import type { Call } from './call.js';

export interface ReadEverything {
  /** What is not as described, a line each. */
  readonly faults: readonly string[];
  /** Routes whose answer was seen and checked. */
  readonly read: readonly ApiRoute[];
}

const reading = (Object.keys(apiAnswers) as ApiRoute[]).filter((route) => route.startsWith('GET '));

/**
 * The contract suite: reads every resource of a console, real or fake, and of each list one item by itself. What is
 * empty there cannot be checked, so `read` says what was.
 */
export async function readEverything(call: Call): Promise<ReadEverything> {
  const faults: string[] = [];
  const read: ApiRoute[] = [];
  const firstIds = new Map<string, string>();
  // Lists before their items.
  for (const route of [...reading].sort((one, other) => one.length - other.length)) {
    const path = withId(route.slice('GET '.length), firstIds);
    if (path === null) continue;
    const { status, body } = await call('GET', path);
    if (status === 200) faults.push(...answerFaults('GET', path, body));
    else faults.push(`${route}: answers ${status}`);
    read.push(route);
    const id = firstIdOf(body);
    if (id !== null) firstIds.set(path, id);
  }
  return { faults, read };
}

function withId(path: string, firstIds: ReadonlyMap<string, string>): string | null {
  if (!path.includes('{id}')) return path;
  const id = firstIds.get(path.slice(0, path.indexOf('/{id}')));
  return id === undefined ? null : path.replace('{id}', id);
}

function firstIdOf(body: unknown): string | null {
  const items: unknown = (body as { items?: unknown } | null | undefined)?.items;
  const id: unknown = Array.isArray(items) ? (items[0] as { id?: unknown } | undefined)?.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}
