import { ensure, eventually } from '../check-list.js';
import { requireFlawless } from '../external-system.js';
import type { PartContext } from '../parts.js';
import type { SystemUnderCheck } from '../system-under-check.js';

export async function checkQueues({ list, system }: PartContext): Promise<void> {
  list.heading('The broker loses things');
  await list.check('each queue, deleted under load, comes back with its consumers: nothing is lost', () =>
    deleteQueues(system),
  );
  await list.check('a virtual host whose default queue type is quorum changes nothing', () =>
    otherDefaultType(system),
  );
  await list.check('a wiped broker loses nothing', () => wipedBroker(system));
}

/** Queues that somebody reads all the time; what is dead-lettered waits for a person. */
const hasReaders = (name: string): boolean => !name.startsWith('scan.dead.');

async function queueNames(system: SystemUnderCheck): Promise<string[]> {
  const listed = await system.rabbitmqctl('list_queues', 'name', '--no-table-headers');
  return listed.split('\n').filter((name) => name !== '');
}

async function deleteQueues(system: SystemUnderCheck): Promise<string> {
  const names = await queueNames(system);
  ensure(
    names.some((name) => name.startsWith('scan.light.')),
    `no job queue among ${names.join(', ')}`,
  );
  const result = await system.client.underLoad({ prefix: 'queue', minimum: 100 }, async () => {
    for (const name of names) {
      await system.rabbitmqctl('delete_queue', name);
      await eventually(`${name} is there again${hasReaders(name) ? ' and read' : ''}`, 240, async () => {
        const listed = await system.rabbitmqctl('list_queues', 'name', 'consumers', '--no-table-headers');
        const consumers = new Map(
          listed.split('\n').map((line) => line.split('\t') as [string, string | undefined]),
        ).get(name);
        return consumers !== undefined && (!hasReaders(name) || Number(consumers) > 0) ? true : null;
      });
    }
    await system.untilHealthy();
  });
  return `${names.length} queues; ${requireFlawless(result)}`;
}

async function otherDefaultType(system: SystemUnderCheck): Promise<string> {
  const setDefault = (type: string): Promise<string> =>
    system.rabbitmqctl('update_vhost_metadata', '/', '--default-queue-type', type);
  await setDefault('quorum');
  try {
    await system.compose('restart', 'results');
    const names = (await queueNames(system)).filter(hasReaders);
    for (const name of names) await system.rabbitmqctl('delete_queue', name);
    const result = await system.client.underLoad({ prefix: 'default', minimum: 60 }, async () => {
      await system.untilHealthy();
    });
    return requireFlawless(result);
  } finally {
    await setDefault('classic');
  }
}

async function wipedBroker(system: SystemUnderCheck): Promise<string> {
  const result = await system.client.underLoad({ prefix: 'wipe', minimum: 150 }, async () => {
    await eventually('something was accepted', 120, async () => {
      const answer = await system.client.call('GET', '/scans/wipe-5');
      return answer.status === 200 ? true : null;
    });
    await system.compose('rm', '--stop', '--force', 'rabbitmq');
    await system.engine.docker(['volume', 'rm', 'sluice_rabbitmq']);
    await system.compose('up', '-d', '--no-deps', 'rabbitmq');
    await system.untilHealthy();
  });
  return requireFlawless(result);
}
