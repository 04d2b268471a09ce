/** What a request is answered. `headers` come on top of those every answer has. */
export interface Answer {
  readonly status: number;
  readonly contentType?: string;
  /** Absent: an answer without a body (204). */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const refusals = {
  'bad-request': { status: 400, error: 'BadRequest' },
  unauthorized: { status: 401, error: 'Unauthorized' },
  'not-found': { status: 404, error: 'NotFound' },
  stalled: { status: 408, error: 'RequestTimeout' },
  'too-large': { status: 413, error: 'ObjectTooLarge' },
  'expectation-failed': { status: 417, error: 'ExpectationFailed' },
  limit: { status: 429, error: 'TooManyScans' },
  'headers-too-large': { status: 431, error: 'HeadersTooLarge' },
  internal: { status: 500, error: 'InternalError' },
  unavailable: { status: 503, error: 'Unavailable' },
} as const;
export type Refusal = keyof typeof refusals;

const retryAfterSeconds = 5;

export const ok: Answer = { status: 200, contentType: 'text/plain', body: 'OK' };
export const json = (value: unknown): Answer => jsonText(JSON.stringify(value));
export const jsonText = (body: string): Answer => ({ status: 200, contentType: 'application/json', body });

/** `message` is advice for the caller's administrator: never an internal name, path or query. */
export function refuse(refusal: Refusal, message: string): Answer {
  const { status, error } = refusals[refusal];
  const canRetry = refusal === 'limit' || refusal === 'unavailable';
  return {
    status,
    contentType: 'application/json',
    body: JSON.stringify({ error, message }),
    ...(canRetry && { headers: { 'Retry-After': String(retryAfterSeconds) } }),
  };
}

/** Clients written from the documentation know 500 and not 503 (wire contract, last table). */
export const asDocumented = (answer: Answer): Answer =>
  answer.status === 503 ? { ...answer, status: 500 } : answer;
