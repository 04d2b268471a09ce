import { existsSync } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import type { ServiceName } from '@sluice/contracts';
import { z } from 'zod';
import {
  isListening,
  objectsGroup,
  objectWritersGroup,
  SupervisedProcess,
  plainEnvironment,
  surroundingsOf,
  type ServerContext,
} from '@sluice/private-servers';
import type { CodePlace } from '../state/stage-code.js';
import { inGroup, inspectorAccountProblem, withInspectorAccount } from './inspector-account.js';
import { hideSecrets } from './secret-files.js';
import type { Environment } from './service-environments.js';

export interface ServiceToStart {
  /** Unique, names its log: `scanner-2`. */
  readonly name: string;
  /** Folder under apps. */
  readonly app: ServiceName | 'sensor';
  readonly environment: Environment;
  /** Left-overs are ended in this order. */
  readonly order: number;
}

interface NewService {
  readonly service: ServiceToStart;
  readonly code: CodePlace;
  readonly managementPort: number;
}

/** A notifier that releases mail reads objects: it joins their group, and no other notifier does. */
function withObjects({ app, environment }: ServiceToStart, own: ServerContext): ServerContext {
  const isReader = app === 'notifier' && environment['OBJECT_STORE_URL'] !== undefined;
  return own.account === null || !isReader ? own : { ...own, account: { ...own.account, gid: objectsGroup } };
}

/** Not started yet. */
export function makeService(
  { service, code, managementPort }: NewService,
  context: ServerContext,
): SupervisedProcess {
  const { home, logs } = context;
  const own = withObjects(service, surroundingsOf(service.app, context));
  const main = [code.node, path.join(code.root, 'apps', service.app, 'dist', 'main.js')];
  const { command, environment, isOfRoot } = commandOf(service.app, main, context);
  const [program = '', ...args] = command;
  const brokerFile = service.environment['AMQP_AFTER'];
  return new SupervisedProcess(
    {
      name: service.name,
      command: program,
      args,
      env: {
        ...plainEnvironment(home),
        NODE_ENV: 'production',
        // Threads share two heaps of the C library instead of having up to eight a core: 5 to 9 MiB less for each service.
        MALLOC_ARENA_MAX: '2',
        ...hideSecrets(service, own),
        ...environment,
        MANAGEMENT_PORT: String(managementPort),
      },
      cwd: '/',
      logFile: path.join(logs, `${service.name}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 12_000,
      // All start at once, and a machine may have other things to do.
      readyTimeoutMs: 120_000,
      order: service.order,
      // Before there is a broker it cannot be ready, and asking costs it and its database more than its start.
      isReady: (pid) => isThere(brokerFile) && isListening(pid, managementPort) && isReady(managementPort),
    },
    isOfRoot ? { ...own, account: null } : own,
  );
}

interface Command {
  readonly command: readonly string[];
  readonly environment: Environment;
  /** Started by root, and changes the account itself. */
  readonly isOfRoot: boolean;
}
const plain = { environment: {}, isOfRoot: false } as const;

function commandOf(app: ServiceToStart['app'], main: readonly string[], context: ServerContext): Command {
  const { separation } = context;
  if (app === 'scanner') return scannerCommand(main, context);
  if (separation.kind === 'shared' || (app !== 'gateway' && app !== 'results'))
    return { ...plain, command: main };
  return {
    command: inGroup(separation.accounts[app], objectWritersGroup, main),
    environment: {},
    isOfRoot: true,
  };
}

/** With an account of their own for its inspectors, where there can be one. */
function scannerCommand(main: readonly string[], { separation }: ServerContext): Command {
  if (separation.kind === 'shared') return { ...plain, command: main };
  const { accounts } = separation;
  if (inspectorAccountProblem(accounts) !== null)
    return {
      ...plain,
      // Where the kernel or a container's seccomp forbids the namespace.
      command: inGroup(accounts.scanner, objectsGroup, main),
      isOfRoot: true,
    };
  const { uid, gid } = accounts.inspector;
  return {
    command: withInspectorAccount(accounts, main),
    environment: { SCANNER_INSPECTOR_ACCOUNT: `${uid}:${gid}` },
    isOfRoot: true,
  };
}

const isThere = (file: string | undefined): boolean => file === undefined || existsSync(file);

async function isReady(port: number): Promise<boolean> {
  const { status, body } = await askDirectly(`http://127.0.0.1:${port}/health/ready`);
  if (status !== 200) throw new Error(describeUnreadiness(body));
  return true;
}

const longestAnswerMs = 3000;

/** With an agent of our own: `fetch` and Node's usual agent may ask a proxy first, also for this machine. */
function askDirectly(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent: false, timeout: longestAnswerMs }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.once('error', reject);
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    asked.once('timeout', () => asked.destroy(new Error(`no answer within ${longestAnswerMs} ms`)));
    asked.once('error', reject);
  });
}

const unreadySchema = z.object({ error: z.record(z.string(), z.object({ message: z.string().optional() })) });

/** The failing checks of a readiness answer (the form of @nestjs/terminus): `database: no connection`. */
export function describeUnreadiness(body: string): string {
  try {
    const { error } = unreadySchema.parse(JSON.parse(body));
    return Object.entries(error)
      .map(([check, { message }]) => `${check}: ${message ?? 'down'}`)
      .join('; ');
  } catch {
    return body.slice(0, 200);
  }
}
