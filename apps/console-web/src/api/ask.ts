import { ApiProblem } from './api-problem.js';
import { connectionState } from './connection-state.js';
import type { AnswerTo } from './route-of.js';
import { sessionState } from './session-state.js';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
export type QueryValue = string | number | boolean | null | undefined;

interface ErrorBody {
  readonly error?: unknown;
  readonly message?: unknown;
  readonly fields?: unknown;
}

/**
 * One request to the console's API; its answer has the type of the route's schema. Rejects with `ApiProblem`. A request that
 * meets an expired session waits until the operator has signed in again and is then repeated: it was refused, so nothing
 * happens twice.
 */
export function ask<Asked extends Method, Path extends string>(
  method: Asked,
  path: Path,
  body?: unknown,
): Promise<AnswerTo<Asked, Path>> {
  return askFor(method, path, body);
}

/** For what is written once for many routes; whoever uses it sees that path and answer belong together. */
export async function askFor<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
  const response = await send(method, path, body);
  if (
    response.status === 401 &&
    sessionState.get().kind !== 'signed-out' &&
    !isOpeningSession(method, path)
  ) {
    await signedInAgain();
    return readAnswer<Answer>(await send(method, path, body));
  }
  return readAnswer<Answer>(response);
}

/** `path` with the parameters that have a value; its type stays the path's, which says who answers. */
export function withQuery<Path extends string>(
  path: Path,
  query: Readonly<Record<string, QueryValue>>,
): Path {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === null || value === '' ? [] : [[key, String(value)]],
  );
  return (given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`) as Path;
}

const isOpeningSession = (method: Method, path: string): boolean =>
  path === '/api/session' && method === 'POST';

async function send(method: Method, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const state = sessionState.get();
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const csrfToken = state.kind === 'signed-in' || state.kind === 'expired' ? state.session.csrfToken : null;
  if (method !== 'GET' && csrfToken !== null) headers['X-CSRF-Token'] = csrfToken;
  try {
    const response = await fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    connectionState.set('answering');
    return response;
  } catch {
    connectionState.set('lost');
    throw new ApiProblem(0, 'NoAnswer', 'the console does not answer');
  }
}

async function readAnswer<Answer>(response: Response): Promise<Answer> {
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer;
  throw toProblem(response, text);
}

function toProblem(response: Response, text: string): ApiProblem {
  const body = parseObject(text);
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new ApiProblem(
    response.status,
    typeof body.error === 'string' ? body.error : 'Unknown',
    typeof body.message === 'string' ? body.message : `the console answered ${response.status}`,
    readFields(body.fields),
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}

function parseObject(text: string): ErrorBody {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

const readFields = (fields: unknown): Record<string, string> =>
  typeof fields === 'object' && fields !== null
    ? Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]))
    : {};

/** Resolves when the operator is back; rejects when they left instead. */
function signedInAgain(): Promise<void> {
  const before = sessionState.get();
  if (before.kind === 'signed-in') sessionState.set({ kind: 'expired', session: before.session });
  if (before.kind === 'unknown') return Promise.reject(signedOut());
  return new Promise((resolve, reject) => {
    const look = () => {
      const now = sessionState.get();
      if (now.kind === 'expired') return;
      stop();
      if (now.kind === 'signed-in') resolve();
      else reject(signedOut());
    };
    const stop = sessionState.subscribe(look);
    // Whoever heard of the expiry first may have acted on it already.
    look();
  });
}

const signedOut = (): ApiProblem => new ApiProblem(401, 'Unauthorized', 'sign in to go on');
