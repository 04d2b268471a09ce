import { ApiProblem } from '../api/api-problem.js';
import { ask } from '../api/ask.js';
import { sessionState } from '../api/session-state.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Six digits of the second factor, once the console asked for them. */
  readonly code?: string;
}

/** Asks who is signed in. Throws when the console doesn't answer. */
export async function loadSession(): Promise<void> {
  try {
    sessionState.set({ kind: 'signed-in', session: await ask('GET', '/api/session') });
  } catch (thrown) {
    if (!(thrown instanceof ApiProblem) || thrown.status !== 401) throw thrown;
    sessionState.set({ kind: 'signed-out' });
  }
}

/** Another operator than before gets pages that hold nothing of the first one's. */
export async function signIn(credentials: Credentials): Promise<void> {
  const before = sessionState.get();
  const session = await ask('POST', '/api/session', credentials);
  const isOther = before.kind === 'expired' && before.session.username !== session.username;
  if (isOther) location.reload();
  else sessionState.set({ kind: 'signed-in', session });
}

export async function signOut(): Promise<void> {
  await ask('DELETE', '/api/session');
  sessionState.set({ kind: 'signed-out' });
}
