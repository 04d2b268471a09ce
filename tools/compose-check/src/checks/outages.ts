import { ensure, eventually } from '../check-list.js';
import { requireFlawless } from '../external-system.js';
import type { PartContext } from '../parts.js';
import type { SystemUnderCheck } from '../system-under-check.js';

type Server = 'postgres' | 'rabbitmq';

export async function checkOutages({ list, system }: PartContext): Promise<void> {
  list.heading('A server is away');
  for (const [server, word] of [
    ['postgres', 'database'],
    ['rabbitmq', 'broker'],
  ] as const) {
    await list.check(`a dead ${word}: 503 with Retry-After, never a reset`, () => outage(system, server));
    await list.check(`the ${word} away under load: nothing is lost`, async () => {
      const shape = { prefix: `gap-${server}`, minimum: 60 };
      const result = await system.client.underLoad(shape, async () => {
        await system.compose('stop', server);
        await system.compose('start', server);
        await system.untilHealthy();
      });
      return requireFlawless(result);
    });
  }
}

async function outage(system: SystemUnderCheck, server: Server): Promise<string> {
  await system.compose('stop', server);
  try {
    await eventually('callers get 503', 120, async () => {
      const answer = await system.client.call('GET', '/scans/state');
      return answer.status === 503 ? true : null;
    });
    const calls = 20;
    for (let turn = 0; turn < calls; turn += 1) {
      // A reset or a refused connection rejects, which fails this check.
      const answer = await system.client.submit({ scanId: `away-${server}-${turn}` }, Buffer.from('x'));
      ensure(answer.status === 503, `answered ${answer.status} ${answer.body}`);
      ensure(answer.retryAfter !== null, 'without Retry-After');
    }
    return `${calls} of ${calls} answered 503`;
  } finally {
    await system.compose('start', server);
    await system.untilHealthy();
  }
}
