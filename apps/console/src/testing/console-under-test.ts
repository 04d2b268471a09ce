import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OperatorRole, RegistryEvent } from '@sluice/contracts';
import { createDatabase, type Database } from '@sluice/database';
import { createLogger, readConfig } from '@sluice/runtime';
import { createTestDatabase, type TestDatabase } from '@sluice/schema/testing';
import { answerFaults } from '@sluice/console-api';
import { ensureKeyPair } from '@sluice/tls';
import { DataSource } from 'typeorm';
import { Agent, fetch } from 'undici';
import type { ConsoleDependencies } from '../console.module.js';
import { consoleConfigSchema, type ConsoleConfig } from '../console.config.js';
import { createConsoleApp } from '../create-console-app.js';
import { TokenStore } from '../operators/token.store.js';
import { inTransaction } from '../registry/registry-transaction.js';
import type { HostNameResolver } from '../connections/host-name-resolver.js';
import type { PasswordCost } from '../connections/password-cost.js';
import { makeSecret } from '../operators/secret-value.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  readonly body: any;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

type Ask = ConsoleDependencies['rpc']['ask'];

const nobody: HostNameResolver = {
  reverse: () => Promise.resolve([]),
  resolve4: () => Promise.resolve([]),
  resolve6: () => Promise.resolve([]),
};

export interface ConsoleOptions {
  readonly resolver?: HostNameResolver;
  /** Default: the API alone. */
  readonly pagesFolder?: string;
  /** Default: next to none, since operators are made by the dozen; `sign-in.int-spec` takes the one of every console. */
  readonly passwordCost?: PasswordCost;
}

const cheapPasswords: PasswordCost = { N: 2 ** 10, r: 8, p: 1 };

/** Whatever a suite asks for: what is answered is what the API's description, the pages and the command line expect. */
function assertAsDescribed(method: string, route: string, body: unknown): void {
  const faults = answerFaults(method, route, body);
  if (faults.length > 0) throw new Error(`not as described:\n${faults.join('\n')}`);
}

/** The console on a database of its own, over real HTTPS; the broker's and the ledger's parts are recorded or scripted. */
export class ConsoleUnderTest {
  readonly published: RegistryEvent[] = [];
  readonly asked: { pattern: string; request: unknown }[] = [];
  answerRpc: (pattern: string) => unknown = () => ({ outcome: 'done' });
  private readonly agent = new Agent({ connect: { rejectUnauthorized: false } });

  private constructor(
    readonly config: ConsoleConfig,
    readonly database: Database,
    private readonly home: string,
    private readonly testDatabase: TestDatabase,
  ) {}

  app!: NestExpressApplication;

  static async start(
    env: Record<string, string> = {},
    options: ConsoleOptions = {},
  ): Promise<ConsoleUnderTest> {
    const testDatabase = await createTestDatabase();
    const home = await mkdtemp(path.join(tmpdir(), 'sluice-console-'));
    const config = readConfig(consoleConfigSchema, {
      AMQP_URL: 'amqp://127.0.0.1:1',
      MANAGEMENT_PORT: '0',
      CONSOLE_PORT: '0',
      CONSOLE_TLS_CERT_FILE: path.join(home, 'console.crt'),
      CONSOLE_TLS_KEY_FILE: path.join(home, 'console.key'),
      DATABASE_URL: testDatabase.url,
      ADMIN_PASSWORD_FILE: path.join(home, 'admin-password'),
      LOCAL_TOKEN_FILE: path.join(home, 'token'),
      ...env,
    });
    const logger = createLogger({ service: 'console', instance: 'test', level: 'silent' });
    const database = createDatabase({ url: testDatabase.url, poolSize: 8, queryTimeoutMs: 60_000, logger });
    const one = new ConsoleUnderTest(config, database, home, testDatabase);
    const keyFiles = { certFile: config.CONSOLE_TLS_CERT_FILE, keyFile: config.CONSOLE_TLS_KEY_FILE };
    const keyPair = await ensureKeyPair({ ...keyFiles, names: ['localhost'] });
    const { broker, rpc } = one.fakes();
    const { resolver = nobody, passwordCost = cheapPasswords, ...pages } = options;
    const dependencies = { config, database, broker, rpc, logger, resolver, passwordCost, ...pages };
    one.app = await createConsoleApp(dependencies, keyPair);
    await one.app.listen(0, '127.0.0.1');
    return one;
  }

  async stop(): Promise<void> {
    await this.agent.close();
    await this.app.close();
    await this.database.end();
    await this.testDatabase.drop();
    await rm(this.home, { recursive: true });
  }

  get url(): string {
    return `https://127.0.0.1:${(this.app.getHttpServer().address() as AddressInfo).port}`;
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.app.get(type);
  }

  async call(method: string, route: string, options: CallOptions = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${route}`, {
      method,
      dispatcher: this.agent,
      headers: {
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
    const headers = response.headers as unknown as Headers;
    const body: unknown = isJson ? JSON.parse(text) : text;
    if (response.ok) assertAsDescribed(method, route, body);
    return { status: response.status, headers, body };
  }

  /** A token of that role as this machine has one: of no operator, made without the API. */
  /** What was announced to the database before `results` was asked, oldest first. */
  announced(): Promise<{ actor: string; actor_kind: string; address: string; action: string }[]> {
    return this.rows(
      'SELECT actor, actor_kind, address, action FROM registry.announced_changes ORDER BY announced_at',
    );
  }

  async token(role: OperatorRole): Promise<string> {
    const secret = makeSecret();
    const tokens = this.get(TokenStore);
    const token = {
      name: `test ${role}`,
      role,
      secret,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      addressRanges: null,
      createdBy: 'test',
      isLocal: true,
      ownerId: null,
    };
    await inTransaction(this.get(DataSource), (tx) => tokens.add(tx, token));
    return secret;
  }

  /** Signs in and answers what later calls have to send. */
  async signIn(username: string, password: string): Promise<{ cookie: string; csrfToken: string }> {
    const answer = await this.call('POST', '/api/session', { body: { username, password } });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`);
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return { cookie, csrfToken: (answer.body as { csrfToken: string }).csrfToken };
  }

  /** Adds an operator who has chosen a password of their own, and is signed in. */
  async addOperator(
    token: string,
    { username, role, password }: { username: string; role: OperatorRole; password: string },
  ): Promise<{ id: string; headers: Record<string, string> }> {
    const given = `given: ${password}`;
    const added = await this.call('POST', '/api/operators', {
      token,
      body: { username, role, password: given },
    });
    if (added.status !== 201) throw new Error(`adding ${username} answered ${added.status}`);
    const { cookie, csrfToken } = await this.signIn(username, given);
    const headers = { cookie, 'x-csrf-token': csrfToken };
    const body = { currentPassword: given, newPassword: password };
    const changed = await this.call('PUT', '/api/session/password', { headers, body });
    if (changed.status !== 204) throw new Error(`the password of ${username}: ${changed.status}`);
    return { id: (added.body as { id: string }).id, headers };
  }

  async rows<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(sql, values)).rows;
  }

  private fakes(): Pick<ConsoleDependencies, 'broker' | 'rpc'> {
    const ask = ((definition: { pattern: string }, request: unknown) => {
      this.asked.push({ pattern: definition.pattern, request });
      return Promise.resolve().then(() => this.answerRpc(definition.pattern));
    }) as Ask;
    return {
      rpc: { ask },
      broker: {
        publish: ({ message }) => {
          this.published.push(message as RegistryEvent);
          return Promise.resolve();
        },
        problem: null,
        consume: () => {
          throw new Error('no broker in this test');
        },
      },
    };
  }
}
