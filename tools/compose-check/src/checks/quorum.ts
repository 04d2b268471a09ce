import { ensure, eventually } from '../check-list.js';
import type { ExternalSystem } from '../external-system.js';
import type { PartContext } from '../parts.js';
import type { SystemUnderCheck } from '../system-under-check.js';
import { usualSystem } from './bring-up.js';

/** One scan at a time, so that there is an order to see. */
const oneByOne = { SCANNERS: 1, GATEWAYS: 2, SCANNER_SLOTS: 1 } as const;

export async function checkQuorum({ list, system }: PartContext): Promise<void> {
  list.heading('Quorum queues');
  await list.check('SCAN_QUEUE_TYPE=quorum: queues of its own, what waits in the old ones is scanned', () =>
    changeOver(system, 'classic', 'quorum'),
  );
  await list.check('kill -9 of the broker with a backlog: mail first, nothing lost', () =>
    killWithBacklog(system),
  );
  await list.check('back to classic, in the same way', () => changeOver(system, 'quorum', 'classic'));
  await usualSystem(system);
}

type QueueType = 'classic' | 'quorum';

async function changeOver(system: SystemUnderCheck, from: QueueType, to: QueueType): Promise<string> {
  await system.setEnvironment({ ...oneByOne, SCAN_QUEUE_TYPE: from });
  await system.compose('up', '-d');
  await system.untilHealthy();
  await system.compose('stop', 'scanner');
  const scanIds = await submitMany(system.client, `from-${from}`, 12);
  await eventually(`they wait in ${from} queues`, 120, async () =>
    (await waiting(system, from)) >= scanIds.length ? true : null,
  );
  await system.setEnvironment({ ...oneByOne, SCAN_QUEUE_TYPE: to });
  await system.compose('up', '-d');
  await system.untilHealthy();
  await requireClean(system.client, scanIds);
  const bindings = await system.rabbitmqctl('list_bindings', 'source_name', 'destination_name');
  const bound = bindings.split('\n').filter((line) => isBinding(line) && line.includes(`.${from}.`));
  ensure(bound.length === 0, `still bound: ${bound.join(', ')}`);
  ensure(bindings.includes(`.${to}.`), `no ${to} queue is bound: ${bindings}`);
  await requireClean(system.client, await submitMany(system.client, `to-${to}`, 6));
  const types = await system.rabbitmqctl('list_queues', 'name', 'type', '--no-table-headers');
  ensure(new RegExp(`^scan\\.light\\.${to}\\.1\\t.*${to}`, 'm').test(types), types);
  ensure((await waiting(system, from)) === 0, 'the old queues are not empty');
  return `${scanIds.length} from ${from} queues, 6 in ${to} queues`;
}

async function killWithBacklog(system: SystemUnderCheck): Promise<string> {
  await system.compose('stop', 'scanner');
  const others = await submitMany(system.fileServer, 'order-other', 20);
  const mails = await submitMany(system.client, 'order-mail', 10);
  await eventually('the backlog waits in the broker', 120, async () =>
    (await waiting(system, 'quorum')) >= others.length + mails.length ? true : null,
  );
  await system.kill('rabbitmq');
  const kept = await eventually('the broker has its queues again', 120, async () => {
    const count = await waiting(system, 'quorum');
    return count >= others.length + mails.length ? count : null;
  });
  await system.compose('start', 'scanner');
  await requireClean(system.client, mails);
  await requireClean(system.fileServer, others);
  const order = await system.sql(
    "SELECT string_agg(CASE WHEN is_mail THEN 'm' ELSE 'o' END, '' ORDER BY started_at) FROM ledger.scans WHERE scan_id LIKE 'order-%'",
  );
  const before = [...order.slice(0, order.lastIndexOf('m'))].filter((one) => one === 'o').length;
  ensure(order.length === others.length + mails.length, `${order.length} were scanned`);
  // Mail has a slot of its own; the ordinary one takes another where the next mail is still on its way to the scanner.
  ensure(before <= mails.length / 2, `scanned in the order ${order}`);
  return `${kept} jobs kept, ${mails.length} mails before ${others.length} others (${order})`;
}

/** Answers the scanIds, each accepted. */
async function submitMany(from: ExternalSystem, prefix: string, count: number): Promise<string[]> {
  const scanIds = Array.from({ length: count }, (_, number) => `${prefix}-${number}`);
  for (const scanId of scanIds) {
    await eventually(`${scanId} is accepted`, 120, async () => {
      const answer = await from.submit({ scanId }, Buffer.from(`harmless ${scanId}`));
      return answer.status === 200 ? true : null;
    });
  }
  return scanIds;
}

async function requireClean(from: ExternalSystem, scanIds: readonly string[]): Promise<void> {
  for (const scanId of scanIds) {
    const state = await from.verdict(scanId);
    ensure(state === 'not detected', `${scanId}: ${state}`);
  }
}

/** Jobs in the queues of that type which no one has taken. */
async function waiting(system: SystemUnderCheck, type: QueueType): Promise<number> {
  const listed = await system.rabbitmqctl('list_queues', 'name', 'messages_ready', '--no-table-headers');
  return listed
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([name = '']) => new RegExp(`^scan\\.\\w+\\.${type}\\.`).test(name))
    .reduce((sum, [, count]) => sum + Number(count), 0);
}

const isBinding = (line: string): boolean => line.startsWith('sluice.jobs\t');
