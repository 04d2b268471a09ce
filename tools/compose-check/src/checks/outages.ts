import { ensure, eventually } from '../check-list.js';
import { requireFlawless } from '../external-system.js';
import type { PartContext } from '../parts.js';
import type { SystemUnderCheck } from '../system-under-check.js';

type Server = 'postgres' | 'rabbitmq';

export async function checkOutages({ list, system }: PartContext): Promise<void> {
  list.heading('A server is away');
  await list.check('what a health check leaves behind does not end the database', () => orphan(system));
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

/** A process whose parent was ended, and that fails: the first process of the container inherits it. */
async function orphan(system: SystemUnderCheck): Promise<void> {
  const checkpointer = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'";
  const before = await system.sql(checkpointer);
  await system.inside('postgres', '(sleep 1; touch /tmp/orphan; exit 2) >/dev/null 2>&1 &');
  await eventually('the orphan has ended', 60, async () => {
    const { exitCode } = await system.inside('postgres', 'rm /tmp/orphan');
    return exitCode === 0 ? true : null;
  });
  const after = await system.sql(checkpointer);
  ensure(before === after, 'PostgreSQL took it for a crash and started all of itself again');
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
