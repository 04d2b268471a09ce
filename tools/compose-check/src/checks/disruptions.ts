import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CheckList, ensure, eventually } from '../check-list.js';
import { requireFlawless, type SystemUnderCheck } from '../system-under-check.js';

const servicesToKill = [
  'postgres',
  'rabbitmq',
  'clamav',
  'engines',
  'balancer',
  'gateway',
  'scanner',
  'results',
  'console',
  'notifier',
] as const;

/** What goes wrong on a working day, under load. Clients repeat 503 and resets, as the API's page tells them to. */
export async function checkDisruptions(list: CheckList, system: SystemUnderCheck): Promise<void> {
  list.heading('Under load: 12 submissions a second, a third of them infected');
  await list.check('kill -9 of every container in turn loses nothing', () => killEach(system));
  await list.check('scaling scanners and gateways up and down loses nothing', () => scale(system));
  await list.check('a dead database: 503 with Retry-After, never a reset', () => outage(system, 'postgres'));
  await list.check('a dead broker: 503 with Retry-After, never a reset', () => outage(system, 'rabbitmq'));
  await list.check('a deleted job queue comes back with its consumers', () => deletedQueue(system));
  await list.check('a wiped broker loses nothing', () => wipedBroker(system));
}

/** Everything that an operator does on purpose. */
export async function checkMaintenance(list: CheckList, system: SystemUnderCheck): Promise<void> {
  list.heading('Maintenance');
  await list.check('SCANNERS and GATEWAYS in .env survive a plain up -d', () => plainUp(system));
  await list.check('deploy/rolling-update under load: no submission fails', () => rollingUpdate(system));
  await list.check('docker compose down and up keeps the data', () => downAndUp(system));
  await list.check('the engine is stopped and started again, as at a reboot', () => reboot(system));
  await list.check('sluice operators reset-password lets the administrator in again', async () => {
    const text = await system.sluice('operators', 'reset-password', 'admin');
    ensure(/\S{12,}/.test(text), text);
  });
}

async function killEach(system: SystemUnderCheck): Promise<string> {
  const running = system.load({
    seconds: servicesToKill.length * 8,
    perSecond: 12,
    prefix: 'kill',
    settleSeconds: 240,
  });
  for (const service of servicesToKill) {
    const ids = (await system.containers()).filter((one) => one.service === service).map(({ id }) => id);
    await system.engine.docker(['kill', '--signal', 'KILL', ...ids]);
    // A killed container is no failed one: restart policies leave it alone, the operator starts it.
    await system.engine.docker(['start', ...ids]);
    await pause(5000);
  }
  const summary = requireFlawless(await running);
  await system.untilHealthy(240);
  return summary;
}

async function scale(system: SystemUnderCheck): Promise<string> {
  const running = system.load({ seconds: 45, perSecond: 12, prefix: 'scale', settleSeconds: 120 });
  for (const [scanners, gateways] of [
    [2, 3],
    [5, 2],
    [4, 2],
  ])
    await system.compose(
      'up',
      '-d',
      '--no-recreate',
      '--scale',
      `scanner=${scanners}`,
      '--scale',
      `gateway=${gateways}`,
    );
  return requireFlawless(await running);
}

async function outage(system: SystemUnderCheck, service: 'postgres' | 'rabbitmq'): Promise<string> {
  await system.compose('stop', service);
  try {
    await eventually('callers get 503', 40, async () => {
      const answer = await system.call('GET', '/scans/state');
      return answer.status === 503 ? true : null;
    });
    let answered = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      const answer = await system.submit({ scanId: `away-${service}-${turn}` }, Buffer.from('x'));
      ensure(answer.status === 503, `answered ${answer.status} ${answer.body}`);
      ensure(answer.retryAfter !== null, 'without Retry-After');
      answered += 1;
    }
    return `${answered} of ${answered} answered 503`;
  } finally {
    await system.compose('start', service);
    await system.untilHealthy(240);
  }
}

async function deletedQueue(system: SystemUnderCheck): Promise<string> {
  const listed = await system.compose('exec', '-T', 'rabbitmq', 'rabbitmqctl', '-q', 'list_queues', 'name');
  const queue = listed.split('\n').find((name) => name.startsWith('scan.light.'));
  ensure(queue !== undefined, `no job queue among: ${listed}`);
  await system.compose('exec', '-T', 'rabbitmq', 'rabbitmqctl', '-q', 'delete_queue', queue);
  const result = await system.load({ seconds: 10, perSecond: 6, prefix: 'queue', settleSeconds: 240 });
  await system.untilHealthy(120);
  return requireFlawless(result);
}

async function wipedBroker(system: SystemUnderCheck): Promise<string> {
  const running = system.load({ seconds: 40, perSecond: 12, prefix: 'wipe', settleSeconds: 300 });
  await pause(5000);
  await system.compose('rm', '--stop', '--force', 'rabbitmq');
  await system.engine.docker(['volume', 'rm', 'sluice_rabbitmq']);
  await system.compose('up', '-d', '--no-deps', 'rabbitmq');
  const summary = requireFlawless(await running);
  await system.untilHealthy(240);
  return summary;
}

async function plainUp(system: SystemUnderCheck): Promise<string> {
  await writeFile(path.join(system.folder, '.env'), 'SCANNERS=3\nGATEWAYS=2\n');
  await system.compose('up', '-d');
  await system.compose('up', '-d');
  await system.untilHealthy(180);
  const count = (name: string, all: { service: string }[]) =>
    all.filter(({ service }) => service === name).length;
  const all = await system.containers();
  ensure(count('scanner', all) === 3 && count('gateway', all) === 2, 'other numbers of containers run');
  return '3 scanners, 2 gateways';
}

async function rollingUpdate(system: SystemUnderCheck): Promise<string> {
  const before = await system.engine.docker(['image', 'inspect', '--format', '{{.Id}}', 'sluice:0.1.0']);
  // A release that differs in one file.
  await appendFile(path.join(system.folder, 'deploy/command-line/sluice.mjs'), '\n// another release\n');
  const running = system.load({ seconds: 150, perSecond: 4, prefix: 'update', settleSeconds: 240 });
  const { exitCode, stdout, stderr } = await system.engine.tryInside(
    ['deploy/rolling-update'],
    system.folder,
  );
  ensure(
    exitCode === 0,
    `deploy/rolling-update ended with ${exitCode}: ${stderr.slice(-800)} ${stdout.slice(-400)}`,
  );
  const after = await system.engine.docker(['image', 'inspect', '--format', '{{.Id}}', 'sluice:0.1.0']);
  ensure(before !== after, 'the image is the same');
  for (const { id, service, name } of await system.containers()) {
    if (!['gateway', 'scanner', 'results', 'notifier', 'console'].includes(service)) continue;
    const image = await system.engine.docker(['inspect', '--format', '{{.Image}}', id]);
    ensure(image === after, `${name} still runs the old image`);
  }
  return requireFlawless(await running);
}

async function downAndUp(system: SystemUnderCheck): Promise<string> {
  const before = await system.call('GET', '/scans/state');
  await system.compose('down');
  await system.compose('up', '-d');
  await system.untilHealthy(240);
  const after = await eventually('the gateway answers', 30, async () => {
    const answer = await system.call('GET', '/scans/state');
    return answer.status === 200 ? answer : null;
  });
  ensure(after.body === before.body, 'other results than before');
  return `${(JSON.parse(after.body) as { scans: unknown[] }).scans.length} results kept`;
}

async function reboot(system: SystemUnderCheck): Promise<string> {
  await system.engine.stopEngine();
  await system.engine.startEngine();
  const count = await system.untilHealthy(300);
  return `${count} containers healthy`;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
