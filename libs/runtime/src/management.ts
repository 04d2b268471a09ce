import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpException, Module, type INestApplicationContext } from '@nestjs/common';
import {
  HealthCheckService,
  HealthIndicatorService,
  TerminusModule,
  type HealthCheckResult,
} from '@nestjs/terminus';
import { within } from '@sluice/timing';
import type { Registry } from 'prom-client';

/** Name → check. A check that throws means "not ready"; the error's message is shown to operators. */
export type ReadinessChecks = Readonly<Record<string, () => void | Promise<void>>>;

export interface ManagementOptions {
  /** The service's own application; imports ReadinessModule. */
  readonly app: INestApplicationContext;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly checks: ReadinessChecks;
  readonly metrics: Registry;
}

export interface Management {
  readonly port: number;
  /** One line per failing check; empty when ready. */
  problems(): Promise<string[]>;
  close(): Promise<void>;
}

/** A check that hangs is a failing check. */
const checkTimeoutMs = 2000;
const maxProblemLength = 256;

/** For the `imports` of each service's module. */
@Module({ imports: [TerminusModule.forRoot({ logger: false })], exports: [TerminusModule] })
export class ReadinessModule {}

/**
 * Serves three paths over plain HTTP on a port of its own, for supervisors and Prometheus:
 * `/health/live`: the process runs and its event loop turns. `/health/ready`: 200 when every check passes, 503 with the
 * failing ones otherwise. `/metrics`. Three GETs need no framework, and its port must serve nothing else of the app.
 */
export async function startManagement(options: ManagementOptions): Promise<Management> {
  const { app, checks, metrics } = options;
  const health = app.get(HealthCheckService, { strict: false });
  const indicators = app.get(HealthIndicatorService, { strict: false });
  const ready = () =>
    health.check(
      Object.entries(checks).map(([name, check]) => async () => {
        const problem = await problemOf(check);
        const indicator = indicators.check(name);
        return problem === null ? indicator.up() : indicator.down(problem);
      }),
    );
  const routes: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/health/live': (response) => answerHealth(response, () => health.check([])),
    '/health/ready': (response) => answerHealth(response, ready),
    '/metrics': async (response) => {
      const text = await metrics.metrics();
      response.setHeader('Content-Type', metrics.contentType).end(text);
    },
  };
  const server = createServer((request, response) => {
    const route = request.method === 'GET' ? routes[(request.url ?? '').split('?')[0] ?? ''] : undefined;
    if (route === undefined) response.writeHead(404).end();
    else route(response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    problems: () => listProblems(checks),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerHealth(
  response: ServerResponse,
  check: () => Promise<HealthCheckResult>,
): Promise<void> {
  const [status, body] = await check().then(
    (result): [number, unknown] => [200, result],
    (error: unknown): [number, unknown] => {
      if (error instanceof HttpException) return [error.getStatus(), error.getResponse()];
      throw error;
    },
  );
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

async function listProblems(checks: ReadinessChecks): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const problem = await problemOf(check);
      return problem === null ? null : `${name}: ${problem}`.slice(0, maxProblemLength);
    }),
  );
  return found.filter((problem) => problem !== null);
}

async function problemOf(check: () => void | Promise<void>): Promise<string | null> {
  try {
    const ending = await within(checkTimeoutMs, (async () => check())());
    return ending === 'late' ? `no answer within ${checkTimeoutMs} ms` : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
