import { fetch, type Agent } from 'undici';
import { consoleAgent } from './console-agent.js';
import type { Operator } from './operator.js';
import type { TestSystem } from './test-system.js';

interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** An operator who signed in, with a cookie as the pages have it: for what no token may do. */
export class ConsoleSession {
  private headers: Record<string, string> = { 'content-type': 'application/json' };
  private readonly agent: Agent;
  private constructor(private readonly system: TestSystem) {
    this.agent = consoleAgent(system);
  }

  /** Of an administrator that is made for this and may read mail in quarantine. */
  static async ofMailReader(system: TestSystem, operator: Operator): Promise<ConsoleSession> {
    const [username, given] = ['mail-reader', 'given by the administrator'];
    const { id } = (await operator.change('POST', '/operators', {
      username,
      password: given,
      role: 'administrator',
    })) as { id: string };
    await operator.change('PATCH', `/operators/${id}`, { canReadMail: true });
    const session = new ConsoleSession(system);
    await session.signIn({ username, password: given });
    const own = { currentPassword: given, newPassword: `${given}, changed` };
    const { status } = await session.call('PUT', '/session/password', own);
    if (status !== 204) throw new Error(`the password was not changed: ${status}`);
    await session.signIn({ username, password: own.newPassword });
    return session;
  }

  async call(method: string, path: string, body: unknown): Promise<Answer> {
    const { status, json } = await this.ask(method, path, body);
    return { status, json };
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  private async signIn(credentials: Credentials): Promise<void> {
    const { status, json, cookies } = await this.ask('POST', '/session', credentials);
    if (status !== 200) throw new Error(`sign-in was answered ${status} ${JSON.stringify(json)}`);
    const { csrfToken } = json as { csrfToken: string };
    const cookie = cookies.map((one) => one.split(';')[0]).join('; ');
    this.headers = { ...this.headers, cookie, 'x-csrf-token': csrfToken };
  }

  private async ask(method: string, path: string, body: unknown): Promise<Answer & { cookies: string[] }> {
    const { consoleUrl } = this.system;
    const answer = await fetch(`${consoleUrl}/api${path}`, {
      method,
      dispatcher: this.agent,
      headers: { ...this.headers, origin: consoleUrl },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      json: text === '' ? null : (JSON.parse(text) as unknown),
      cookies: answer.headers.getSetCookie(),
    };
  }
}
