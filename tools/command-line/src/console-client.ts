import { CommandError } from './command.errors.js';
import { sendPinned, type PinnedServer } from './pinned-request.js';

export interface ConsoleClient {
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: unknown): Promise<Answer>;
  patch<Answer>(path: string, body: unknown): Promise<Answer>;
  delete(path: string): Promise<void>;
}

/** The operators' API, with the token of this machine. Refusals become CommandErrors in the console's own words. */
export function createConsoleClient(server: PinnedServer, token: string): ConsoleClient {
  const send = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await sendPinned(server, {
      method,
      path: `/api${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = parse(answer.text);
    if (answer.status >= 200 && answer.status < 300) return value as Answer;
    throw new ConsoleRefusal(answer.status, value);
  };
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path),
  };
}

export class ConsoleRefusal extends CommandError {
  constructor(
    readonly status: number,
    body: unknown,
  ) {
    super(describe(status, body));
  }
}

function describe(status: number, body: unknown): string {
  if (status === 401)
    return "The console doesn't take this machine's token. Restarting the system makes a new one.";
  const { message, fields } = (body ?? {}) as { message?: string; fields?: Record<string, string> };
  const details = Object.entries(fields ?? {})
    .filter(([, problem]) => message?.includes(problem) !== true)
    .map(([field, problem]) => `\n  ${field}: ${problem}`);
  return `${message ?? `The console answered ${status}.`}${details.join('')}`;
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
