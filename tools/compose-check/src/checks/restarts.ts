import { ensure, eventually } from '../check-list.js';
import type { PartContext } from '../parts.js';
import { eicar } from '../stand-ins/signature-file.js';
import type { SystemUnderCheck } from '../system-under-check.js';

export async function checkRestarts({ list, system }: PartContext): Promise<void> {
  list.heading('Everything stops, and starts again');
  await list.check('docker compose down and up -d keeps the data', async () => {
    const before = await resultsOf(system);
    await system.compose('down');
    await system.compose('up', '-d');
    await system.untilHealthy();
    return kept(system, before);
  });
  await list.check('the engine is stopped and started again, as at a reboot', async () => {
    const before = await resultsOf(system);
    const { length: count } = await system.containers();
    await system.engine.stopEngine();
    await system.engine.startEngine();
    const healthy = await system.untilHealthy();
    ensure(count - 1 === healthy, `${healthy} of ${count - 1} containers are back`);
    return `${healthy} containers healthy, ${await kept(system, before)}`;
  });
}

const resultsOf = (system: SystemUnderCheck): Promise<string> =>
  eventually('the gateway answers', 120, async () => {
    const answer = await system.client.call('GET', '/scans/state');
    return answer.status === 200 ? answer.body : null;
  });

/** The same results, the same systems, and it goes on. */
async function kept(system: SystemUnderCheck, before: string): Promise<string> {
  const { scans } = JSON.parse(before) as { scans: unknown[] };
  ensure(scans.length > 0, 'there were no results to keep');
  ensure((await resultsOf(system)) === before, 'other results than before');
  const scanId = `after-${scans.length}`;
  const answer = await system.client.submit({ scanId }, Buffer.from(eicar));
  ensure(answer.status === 200, `answered ${answer.status} ${answer.body}`);
  const state = await system.client.verdict(scanId);
  ensure(state === 'detect', `${state}, not detect`);
  return `${scans.length} results kept`;
}
