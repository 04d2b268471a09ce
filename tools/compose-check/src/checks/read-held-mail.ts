import { ensure, eventually } from '../check-list.js';
import type { SystemUnderCheck } from '../system-under-check.js';
import { chooseOwnPassword, newPassword, signIn, username, type Session } from './console-session.js';

/** As an operator who was given that: finds it by its subject, and reads it. Answers what was read. */
export async function readHeldMail(system: SystemUnderCheck, subject: string): Promise<string> {
  const session = await signInToRead(system);
  const id = await eventually('the mail stands in quarantine as held', 60, async () => {
    const query = `hold=held&subject=${encodeURIComponent(subject)}`;
    const { items } = await ask<{ items: { id: string }[] }>(session, 'GET', `/api/quarantine?${query}`);
    return items[0]?.id ?? null;
  });
  const { headers, parts } = await ask<{
    headers: { name: string; value: string }[];
    parts: { text: string | null }[];
  }>(session, 'POST', `/api/quarantine/${id}/preview`, { reason: 'the check of compose' });
  const shown = headers.find(({ name }) => name === 'Subject')?.value;
  ensure(shown === subject, `its subject is shown as ${shown}`);
  ensure(/EICAR/.test(parts[0]?.text ?? ''), `its text is shown as ${parts[0]?.text}`);
  return `${parts.length} part, ${headers.length} header fields`;
}

async function signInToRead(system: SystemUnderCheck): Promise<Session> {
  const given = await newPassword(system);
  const password = await chooseOwnPassword(await signIn(system, { username, password: given }), given);
  const session = await signIn(system, { username, password });
  const { items } = await ask<{ items: { id: string; username: string }[] }>(
    session,
    'GET',
    '/api/operators',
  );
  const own = items.find((one) => one.username === username);
  await ask(session, 'PATCH', `/api/operators/${own?.id}`, { canReadMail: true });
  return signIn(system, { username, password });
}

async function ask<Answer>(session: Session, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await session.call(method, path, body);
  ensure(answer.status < 300, `${method} ${path} was answered ${answer.status} ${answer.body}`);
  return (answer.body === '' ? null : JSON.parse(answer.body)) as Answer;
}
