import type { PartContext } from '../parts.js';
import { requireFlawless } from '../external-system.js';

const services = [
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
  'freshclam',
] as const;

/** Every first process, all of one service at once, as a crash or the kernel's out-of-memory killer ends it. */
export async function checkKills({ list, system }: PartContext): Promise<void> {
  list.heading('Killed under load: a third of the submissions infected');
  for (const service of services) {
    await list.check(`kill -9 of every ${service}: back by itself, nothing lost`, async () => {
      const result = await system.client.underLoad({ prefix: `kill-${service}`, minimum: 60 }, () =>
        system.kill(service),
      );
      return requireFlawless(result);
    });
  }
}
