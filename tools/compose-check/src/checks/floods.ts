import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { askClient } from '../ask-client.js';
import { ensure, eventually } from '../check-list.js';
import type { FloodResult } from '../client/flood.js';
import { requireOrderly } from '../external-system.js';
import type { PartContext } from '../parts.js';

/** As in .env.example: of one address at a time, and new ones within ten seconds. */
const [mostConnections, mostHandshakes] = [500, 1000];
/** A connection is counted by its end a moment later than by the balancer. */
const slack = 50;
const atOnce = 40;
const windowSeconds = 10;

export async function checkFloods({ list, system, outside }: PartContext): Promise<void> {
  list.heading('Floods');
  await list.check(
    'a flood from one address is bounded, and a good client of another notices none',
    async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'sluice-flood-'));
      const stopFile = path.join(folder, 'stop');
      try {
        const caller = await outside.caller(system);
        const startedMs = performance.now();
        const flooding = askClient(outside, { kind: 'flood', caller, options: { atOnce, stopFile } });
        const good = system.client
          .underLoad({ prefix: 'beside-flood', minimum: 150 }, async () => {})
          .finally(() => writeFile(stopFile, ''));
        const [flood, load] = [(await flooding) as FloodResult, await good];
        const windows = Math.ceil((performance.now() - startedMs) / 1000 / windowSeconds) + 1;
        const said = `${flood.tried} connections tried, ${flood.mostOpen} open at a time, ${flood.handshakes} handshakes, ${flood.unauthorised} × 401`;
        ensure(flood.tried > 2 * mostConnections, `that was no flood: ${said}`);
        ensure(flood.mostOpen <= mostConnections + slack, said);
        ensure(flood.handshakes <= mostHandshakes * windows, said);
        // Who repeats too fast is slowed down, not shut out for as long as it goes on.
        ensure(flood.seconds > 2 * windowSeconds, `it lasted ${flood.seconds} s`);
        ensure(
          flood.secondsSinceHandshake <= windowSeconds,
          `${flood.secondsSinceHandshake} s shut out; ${said}`,
        );
        return `${said}; beside it ${requireOrderly(load)}`;
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );
  await list.check('after the flood the address is served again', async () => {
    const caller = await outside.caller(system);
    await eventually('it gets an answer', 120, async () => {
      const answer = await outside.call(caller, 'GET', '/scans/filters');
      return answer.status === 401 ? true : null;
    });
  });
}
