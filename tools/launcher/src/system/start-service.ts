import { get } from 'node:http';
import path from 'node:path';
import { z } from 'zod';
import {
  isListening,
  SupervisedProcess,
  plainEnvironment,
  type ServerSurroundings,
} from '@sluice/private-servers';
import type { CodePlace } from '../state/stage-code.js';
import { hideSecrets } from './secret-files.js';
import type { Environment } from './service-environments.js';

export interface ServiceToStart {
  /** Unique, names its log: `scanner-2`. */
  readonly name: string;
  /** Folder under apps. */
  readonly app: string;
  readonly environment: Environment;
  /** Left-overs are ended in this order. */
  readonly order: number;
}

interface NewService {
  readonly service: ServiceToStart;
  readonly code: CodePlace;
  readonly managementPort: number;
}

/** Not started yet. */
export function makeService(
  { service, code, managementPort }: NewService,
  surroundings: ServerSurroundings,
): SupervisedProcess {
  const { home, logs } = surroundings;
  return new SupervisedProcess(
    {
      name: service.name,
      command: code.node,
      args: [path.join(code.root, 'apps', service.app, 'dist', 'main.js')],
      env: {
        ...plainEnvironment(home),
        NODE_ENV: 'production',
        ...hideSecrets(service, surroundings),
        MANAGEMENT_PORT: String(managementPort),
      },
      cwd: '/',
      logFile: path.join(logs, `${service.name}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 12_000,
      readyTimeoutMs: 60_000,
      order: service.order,
      isReady: (pid) => isListening(pid, managementPort) && isReady(managementPort),
    },
    surroundings,
  );
}

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
