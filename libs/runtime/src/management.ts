import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Header, Inject, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import type { Registry } from 'prom-client';

/** Name → check. A check that throws means "not ready"; the error's message is shown to operators. */
export type ReadinessChecks = Readonly<Record<string, () => void | Promise<void>>>;

export interface ManagementOptions {
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

const optionsToken = Symbol('management options');
/** A check that hangs is a failing check. */
const checkTimeoutMs = 2000;

@Controller()
export class ManagementController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(optionsToken) private readonly options: ManagementOptions,
  ) {}

  /** The process runs and its event loop turns. */
  @Get('health/live')
  live() {
    return this.health.check([]);
  }

  /** 200 when every check passes, 503 with the failing ones otherwise. */
  @Get('health/ready')
  ready() {
    return this.health.check(
      Object.entries(this.options.checks).map(([name, check]) => async () => {
        const problem = await problemOf(check);
        const indicator = this.indicators.check(name);
        return problem === null ? indicator.up() : indicator.down(problem);
      }),
    );
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.options.metrics.metrics();
  }
}

@Module({})
class ManagementModule {
  static with(options: ManagementOptions): DynamicModule {
    return {
      module: ManagementModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [ManagementController],
      providers: [{ provide: optionsToken, useValue: options }],
    };
  }
}

/** Serves /health/live, /health/ready and /metrics over plain HTTP on a port of its own. */
export async function startManagement(options: ManagementOptions): Promise<Management> {
  const app = await NestFactory.create(ManagementModule.with(options), {
    logger: false,
    abortOnError: false,
  });
  await app.listen(options.port, options.host);
  return {
    port: (app.getHttpServer().address() as AddressInfo).port,
    problems: () => listProblems(options.checks),
    close: async () => {
      app.getHttpServer().closeAllConnections();
      await app.close();
    },
  };
}

async function listProblems(checks: ReadinessChecks): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const problem = await problemOf(check);
      return problem === null ? null : `${name}: ${problem}`.slice(0, 256);
    }),
  );
  return found.filter((problem) => problem !== null);
}

async function problemOf(check: () => void | Promise<void>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, checkTimeoutMs, `no answer within ${checkTimeoutMs} ms`);
  });
  const asked = (async () => check())().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
