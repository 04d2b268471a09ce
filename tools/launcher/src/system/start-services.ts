import type { services } from '@sluice/contracts';
import { startOnPorts, type ServerContext, type SupervisedProcess } from '@sluice/private-servers';
import type { ProcessGroup } from './process-group.js';
import { serviceEnvironment, type SystemPlan } from './service-environments.js';
import { makeService, type ServiceToStart } from './start-service.js';
import type { ListenOptions, SystemOptions } from './system-options.js';

export interface Running {
  readonly context: ServerContext;
  readonly group: ProcessGroup;
}

/** The first where the options say, the others on ports kept for them. */
export async function placeGateways(
  { gateway, gateways = 1 }: SystemOptions,
  { ports }: ServerContext,
): Promise<ListenOptions[]> {
  const more = Array.from({ length: gateways - 1 }, async (_, index) => ({
    host: gateway.host,
    port: await ports.take(`gateway-${index + 2}-callers`),
  }));
  return [gateway, ...(await Promise.all(more))];
}

interface Places {
  readonly plan: SystemPlan;
  readonly gateways: readonly ListenOptions[];
}

/**
 * All at once: each waits by itself for what it needs, and a machine with two cores is not idle while one of them does.
 * They stop in order, gateways first. When one fails the others are given up at once.
 */
export async function startServices(
  options: SystemOptions,
  { plan, gateways }: Places,
  running: Running,
): Promise<void> {
  const results = Array.from({ length: options.resultsServices ?? 1 }, (_, index) =>
    serviceOf(options, plan, { name: numbered('results', index), app: 'results', order: 12 }),
  );
  const scanners = Array.from({ length: options.scanners }, (_, index) =>
    serviceOf(options, plan, { name: `scanner-${index + 1}`, app: 'scanner', order: 11 }),
  );
  const consoles = (['console', 'notifier'] as const).map((app) =>
    serviceOf(options, plan, { name: app, app, order: 11 }),
  );
  const edges = gateways.map((gateway, index) =>
    serviceOf(options, { ...plan, gateway }, { name: numbered('gateway', index), app: 'gateway', order: 10 }),
  );
  const failed = new AbortController();
  const signals = [failed.signal, ...(running.context.signal === undefined ? [] : [running.context.signal])];
  const context = { ...running.context, signal: AbortSignal.any(signals) };
  const ranks = [results, [...consoles, ...scanners], edges].map((rank) =>
    startRank(options, rank, { ...running, context }).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(ranks);
  failed.signal.throwIfAborted();
}

const numbered = (name: string, index: number): string => (index === 0 ? name : `${name}-${index + 1}`);

function serviceOf(
  options: SystemOptions,
  plan: SystemPlan,
  service: { readonly name: string; readonly app: (typeof services)[number]; readonly order: number },
): ServiceToStart {
  const variables = (options.variables ?? {}) as Record<string, string>;
  const environment = {
    ...serviceEnvironment(service.app, plan, variables),
    INSTANCE: plan.instancePrefix + service.name,
    ...options.variablesFor?.(service.name),
  };
  return { ...service, environment };
}

export async function startRank(
  { onStep, code, signal }: SystemOptions,
  rank: readonly ServiceToStart[],
  { context, group }: Running,
): Promise<SupervisedProcess[]> {
  signal?.throwIfAborted();
  const together = group.nextRank();
  return Promise.all(
    rank.map(async (service) => {
      const done = onStep?.(service.name);
      const started = await startOnPorts(context.ports, [service.name], async (ports) => {
        const process = makeService({ service, code, managementPort: ports[service.name] ?? 0 }, context);
        // Known to its group before anything runs, so that an interrupted start stops it.
        const part = { processes: [process], stop: () => process.stop() };
        together.add(part);
        await process.start().catch((error: unknown) => {
          group.remove(part);
          throw error;
        });
        return process;
      });
      done?.();
      return started;
    }),
  );
}

/** For tests and measurements: a scanner that was not there from the start. */
export async function startOneScanner(
  options: SystemOptions,
  { plan, running }: { readonly plan: SystemPlan; readonly running: Running },
  { name, variables }: { readonly name: string; readonly variables: Readonly<Record<string, string>> },
): Promise<SupervisedProcess> {
  const service = serviceOf(options, plan, { name, app: 'scanner', order: 11 });
  const environment = { ...service.environment, ...variables };
  const [scanner] = await startRank(options, [{ ...service, environment }], running);
  return scanner as SupervisedProcess;
}
