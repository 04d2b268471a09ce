import { ensure, eventually } from '../check-list.js';
import { requireOrderly } from '../external-system.js';
import type { PartContext } from '../parts.js';
import type { SystemUnderCheck } from '../system-under-check.js';
import { usualSystem } from './bring-up.js';

const mebibyte = 1024 * 1024;

export async function checkScaling({ list, system }: PartContext): Promise<void> {
  list.heading('Scaling');
  await list.check('SCANNERS and GATEWAYS in .env survive a plain up -d', () => plainUp(system));
  await list.check('scaling scanners and gateways up and down under load loses nothing', () => scale(system));
  await list.check('a new gateway gets no connection before it is ready: none is reset', () =>
    addGateways(system),
  );
  await list.check('CLAMAVS=2: both clamd get work', () => twoClamds(system));
  await usualSystem(system);
}

async function plainUp(system: SystemUnderCheck): Promise<string> {
  await system.setEnvironment({ SCANNERS: 3, GATEWAYS: 2 });
  await system.compose('up', '-d');
  await system.compose('up', '-d');
  await system.untilHealthy();
  const [scanners, gateways] = [
    (await system.containersOf('scanner')).length,
    (await system.containersOf('gateway')).length,
  ];
  ensure(scanners === 3 && gateways === 2, `${scanners} scanners and ${gateways} gateways run`);
  return '3 scanners, 2 gateways';
}

async function scale(system: SystemUnderCheck): Promise<string> {
  const result = await system.client.underLoad({ prefix: 'scale', minimum: 200 }, async () => {
    for (const [scanners, gateways] of [
      [2, 3],
      [4, 1],
      [1, 2],
    ]) {
      await system.compose(
        ...['up', '-d', '--no-recreate'],
        ...['--scale', `scanner=${scanners}`, '--scale', `gateway=${gateways}`],
      );
      await system.untilHealthy();
    }
  });
  return requireOrderly(result);
}

/** Each submission has a connection of its own, so that every reset is one of a gateway that was not there yet. */
async function addGateways(system: SystemUnderCheck): Promise<string> {
  const shape = { prefix: 'add', minimum: 200, isKeptAlive: false };
  const result = await system.client.underLoad(shape, async () => {
    for (const gateways of [3, 4]) {
      await system.compose('up', '-d', '--no-recreate', '--scale', `gateway=${gateways}`);
      await system.untilHealthy();
    }
  });
  return requireOrderly(result);
}

/** By what each has received: objects of a megabyte, of which a share has to come to both. */
async function twoClamds(system: SystemUnderCheck): Promise<string> {
  await system.setEnvironment({ SCANNERS: 3, GATEWAYS: 2, CLAMAVS: 2 });
  await system.compose('up', '-d');
  await system.untilHealthy();
  const before = await received(system);
  let number = 0;
  const got = await eventually('each clamd has received 5 MB', 300, async () => {
    const scanIds = Array.from({ length: 8 }, () => `clamd-${(number += 1)}`);
    for (const scanId of scanIds) {
      const answer = await system.client.submit({ scanId }, Buffer.alloc(2 * mebibyte, scanId));
      ensure(answer.status === 200, `answered ${answer.status} ${answer.body}`);
    }
    for (const scanId of scanIds) await system.client.verdict(scanId);
    const now = await received(system);
    const gains = [...now].map(([id, bytes]) => bytes - (before.get(id) ?? 0));
    ensure(gains.length === 2, `${gains.length} clamd run`);
    if (gains.some((bytes) => bytes < 5 * mebibyte))
      throw new Error(`they got ${gains.join(' and ')} bytes of ${number} objects`);
    return gains;
  });
  return `${got.map((bytes) => Math.round(bytes / mebibyte)).join(' and ')} MiB`;
}

/** Bytes that came in over all networks, by container. */
async function received(system: SystemUnderCheck): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { id } of await system.containersOf('clamav')) {
    const text = await system.engine.docker(['exec', id, 'cat', '/proc/net/dev']);
    const bytes = [...text.matchAll(/eth\d+:\s*(\d+)/g)].map(([, count]) => Number(count));
    found.set(
      id,
      bytes.reduce((sum, one) => sum + one, 0),
    );
  }
  return found;
}
