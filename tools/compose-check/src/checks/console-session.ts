import type { ConsoleAnswer } from '../client/console-call.js';
import { ensure } from '../check-list.js';
import type { SystemUnderCheck } from '../system-under-check.js';

const origin = 'https://127.0.0.1:9443';
/** Of the administrator. */
export const username = 'admin';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly code?: string;
}

/** What signing in answered, and with 200 the means to go on. */
export interface Session extends ConsoleAnswer {
  call(method: string, path: string, body?: unknown): Promise<ConsoleAnswer>;
}

/** As the sign-in page does it, on the published port. */
export async function signIn(system: SystemUnderCheck, credentials: Credentials): Promise<Session> {
  const answer = await system.askConsole({
    origin,
    method: 'POST',
    path: '/api/session',
    body: JSON.stringify(credentials),
    headers: { 'content-type': 'application/json' },
  });
  const { csrfToken = '' } = (answer.status === 200 ? JSON.parse(answer.body) : {}) as { csrfToken?: string };
  const cookie = answer.cookies.map((one) => one.split(';')[0]).join('; ');
  return {
    ...answer,
    call: (method, path, body) =>
      system.askConsole({
        origin,
        method,
        path,
        headers: { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** What someone else made opens nothing but its own change. Answers the new one. */
export async function chooseOwnPassword(session: Session, given: string): Promise<string> {
  const own = `${given}-changed`;
  const body = { currentPassword: given, newPassword: own };
  const answer = await session.call('PUT', '/api/session/password', body);
  if (answer.status !== 204) throw new Error(`the password was not changed: ${answer.status} ${answer.body}`);
  return own;
}

/** Of the administrator, on the command line. */
export async function newPassword(system: SystemUnderCheck): Promise<string> {
  const text = await system.sluice('operators', 'reset-password', username);
  const password = text.trim().split('\n').at(-1)?.trim() ?? '';
  ensure(/^\S{12,}$/.test(password), `no password in: ${text}`);
  return password;
}
