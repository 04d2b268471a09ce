import { appendFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ensure } from '../check-list.js';
import { requireFlawless, requireOrderly } from '../external-system.js';
import type { PartContext } from '../parts.js';
import type { SystemUnderCheck } from '../system-under-check.js';
import { usualSystem } from './bring-up.js';

const imageName = 'sluice:0.1.0';
const ownServices = ['gateway', 'scanner', 'results', 'notifier', 'console'];
/** Submissions during an update, of which none may fail. */
const fewest = 500;

export async function checkUpdates({ list, system }: PartContext): Promise<void> {
  list.heading('Another release, other secrets');
  await usualSystem(system);
  await list.check(`deploy/rolling-update under load: none of ${fewest} or more fails`, () =>
    rollingUpdate(system),
  );
  await list.check('changed secrets take effect by deploy/rolling-update, under load', () =>
    changeSecrets(system),
  );
  await list.check('docker compose up -d after a build: everything accepted is judged', () =>
    upgradeAtOnce(system),
  );
}

/** A release that differs in one file, which runs in every container. */
const editRelease = (system: SystemUnderCheck): Promise<void> =>
  appendFile(path.join(system.folder, 'libs/contracts/src/index.ts'), '\nvoid "another release";\n');

async function rollingUpdate(system: SystemUnderCheck): Promise<string> {
  const before = await system.inspect(imageName, '{{.Id}}');
  await editRelease(system);
  const numbers = await scale(system);
  const shape = { prefix: 'update', minimum: fewest };
  const result = await system.client.underLoad(shape, async () => {
    await system.shell('deploy/rolling-update');
    await system.untilHealthy();
  });
  const after = await system.inspect(imageName, '{{.Id}}');
  ensure(before !== after, 'the image is the same');
  await requireImage(system, after);
  ensure((await scale(system)) === numbers, `before ${numbers}, now ${await scale(system)}`);
  return requireOrderly(result);
}

async function requireImage(system: SystemUnderCheck, expected: string): Promise<void> {
  for (const { id, service, name } of await system.containers()) {
    if (!ownServices.includes(service)) continue;
    ensure((await system.inspect(id, '{{.Image}}')) === expected, `${name} runs another image`);
  }
}

async function scale(system: SystemUnderCheck): Promise<string> {
  const all = await system.containers();
  const countOf = (name: string): number => all.filter(({ service }) => service === name).length;
  return ownServices.map((name) => `${name} ${countOf(name)}`).join(', ');
}

/** One of each kind: of a service at the broker, of a service at the database, of the database's owner. */
const renewed = [
  'gateway_amqp_url',
  'results_database_password',
  'results_database_url',
  'postgres_password',
  'migrate_database_url',
];

async function changeSecrets(system: SystemUnderCheck): Promise<string> {
  const before = new Map(
    await Promise.all(renewed.map(async (name) => [name, await system.secret(name)] as const)),
  );
  const result = await system.client.underLoad({ prefix: 'secrets', minimum: 60 }, async () => {
    for (const name of renewed) await rm(path.join(system.folder, 'deploy/secrets', name));
    await system.shell('deploy/rolling-update');
    await system.untilHealthy();
  });
  for (const [name, old] of before) {
    const now = await system.secret(name);
    ensure(now !== old, `${name} is the old one`);
    if (name.endsWith('_url')) {
      ensure(await isGood(system, now), `${name} is not taken`);
      ensure(!(await isGood(system, old)), `the old ${name} is still taken`);
    }
  }
  return `${renewed.length} files; ${requireFlawless(result)}`;
}

/** Whether the server that the address names takes its login. */
async function isGood(system: SystemUnderCheck, address: string): Promise<boolean> {
  const { protocol, username, password } = new URL(address);
  if (protocol === 'amqp:') {
    const { exitCode } = await system.tryCompose(
      ...['exec', '-T', 'rabbitmq', 'rabbitmqctl', '-q', 'authenticate_user', username, password],
    );
    return exitCode === 0;
  }
  // Not by loopback, where the image trusts everyone.
  const script = `PGPASSWORD='${password}' psql -h "$(hostname -i | cut -d' ' -f1)" -U ${username} -d sluice -c 'SELECT 1'`;
  return (await system.inside('postgres', script)).exitCode === 0;
}

async function upgradeAtOnce(system: SystemUnderCheck): Promise<string> {
  await editRelease(system);
  const result = await system.client.underLoad({ prefix: 'at-once', minimum: 60 }, async () => {
    await system.compose('build');
    await system.compose('run', '--rm', 'setup');
    await system.compose('up', '-d');
    await system.untilHealthy();
  });
  await requireImage(system, await system.inspect(imageName, '{{.Id}}'));
  return requireFlawless(result);
}
