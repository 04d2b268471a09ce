import path from 'node:path';
import type { services } from '@sluice/contracts';
import { keepPort, type SupervisedProcess, type ServerSurroundings } from '@sluice/private-servers';
import type { ProcessGroup } from './process-group.js';
import { serviceEnvironment, type SystemPlan } from './service-environments.js';
import { makeService, type ServiceToStart } from './start-service.js';
import type { ListenOptions, SystemOptions } from './system-options.js';

export interface Running {
  readonly surroundings: ServerSurroundings;
  readonly group: ProcessGroup;
}

/** The first where the options say, the others on ports kept for them. */
export async function placeGateways(
  { gateway, gateways = 1 }: SystemOptions,
  { ports }: ServerSurroundings,
): Promise<ListenOptions[]> {
  const more = Array.from({ length: gateways - 1 }, async (_, index) => ({
    host: gateway.host,
    port: await keepPort(path.join(ports, `gateway-${index + 2}-callers`)),
  }));
  return [gateway, ...(await Promise.all(more))];
}

interface Places {
  readonly plan: SystemPlan;
  readonly gateways: readonly ListenOptions[];
}

/** `results` first, gateways last: nobody calls a system that can't answer. */
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
  await startRank(options, results, running);
  await startRank(options, [...consoles, ...scanners], running);
  await startRank(options, edges, running);
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

async function startRank(
  { onStep, code, signal }: SystemOptions,
  rank: readonly ServiceToStart[],
  { surroundings, group }: Running,
): Promise<SupervisedProcess[]> {
  signal?.throwIfAborted();
  group.nextRank();
  const processes = await Promise.all(rank.map((service) => makeService(service, code, surroundings)));
  for (const process of processes) group.add({ processes: [process], stop: () => process.stop() });
  await Promise.all(
    processes.map(async (process) => {
      const done = onStep?.(process.name);
      await process.start();
      done?.();
    }),
  );
  return processes;
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
