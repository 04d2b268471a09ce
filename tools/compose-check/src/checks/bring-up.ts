import { ensure, eventually } from '../check-list.js';
import type { ExternalSystem } from '../external-system.js';
import type { SystemUnderCheck } from '../system-under-check.js';

/** How the parts after the first find the system. */
const usualScale = { SCANNERS: 4, GATEWAYS: 2 } as const;

/** Builds and starts without looking at anything: for parts that are run without the first one. */
export async function bringUp(system: SystemUnderCheck): Promise<string> {
  await system.compose('build');
  await system.compose('run', '--rm', 'setup');
  await usualSystem(system);
  for (const [one, type] of [
    [system.client, 'mail'],
    [system.fileServer, 'other'],
  ] as const)
    await letIn(system, one, type);
  return `${await system.untilHealthy()} containers healthy`;
}

/** Back to the usual numbers and settings, all healthy. */
export async function usualSystem(system: SystemUnderCheck): Promise<number> {
  await system.setEnvironment(usualScale);
  await system.compose('up', '-d');
  return system.untilHealthy();
}

/** The system asks, an operator accepts it on the command line. Answers what its first call got. */
export async function letIn(
  system: SystemUnderCheck,
  caller: ExternalSystem,
  type: 'mail' | 'other',
): Promise<void> {
  const first = await eventually('a gateway knows who may call', 120, async () => {
    const answer = await caller.call('GET', '/scans/filters');
    if (answer.status === 503) throw new Error(answer.body);
    return answer;
  });
  ensure(first.status === 401, `before it was accepted it got ${first.status} ${first.body}`);
  await eventually('the request is shown', 60, async () => {
    await system.sluice('systems', 'accept', caller.sensorId, '--type', type);
    return true;
  });
  await eventually('the gateways let it in', 60, async () =>
    (await caller.call('GET', '/scans/filters')).status === 200 ? true : null,
  );
}
