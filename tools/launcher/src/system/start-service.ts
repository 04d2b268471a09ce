import path from 'node:path';
import { z } from 'zod';
import {
  keepPort,
  SupervisedProcess,
  plainEnvironment,
  type ServerSurroundings,
} from '@sluice/private-servers';
import type { CodePlace } from '../state/stage-code.js';
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

/** Not started yet, so that its group knows it before anything runs. */
export async function makeService(
  service: ServiceToStart,
  code: CodePlace,
  surroundings: ServerSurroundings,
): Promise<SupervisedProcess> {
  const { home, logs, ports } = surroundings;
  const managementPort = await keepPort(path.join(ports, service.name));
  return new SupervisedProcess(
    {
      name: service.name,
      command: code.node,
      args: [path.join(code.root, 'apps', service.app, 'dist', 'main.js')],
      env: {
        ...plainEnvironment(home),
        NODE_ENV: 'production',
        ...service.environment,
        MANAGEMENT_PORT: String(managementPort),
      },
      cwd: '/',
      logFile: path.join(logs, `${service.name}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 12_000,
      readyTimeoutMs: 60_000,
      order: service.order,
      isReady: () => isReady(managementPort),
    },
    surroundings,
  );
}

async function isReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(3000) });
  const body = await answer.text();
  if (!answer.ok) throw new Error(describeUnreadiness(body));
  return true;
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
