import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { allClients } from './all-clients.js';
import { occasions } from './door-client.js';
import { proveDoors } from './doors-command.js';
import type { ClientReport } from './run-doors.js';

const root = path.resolve(import.meta.dirname, '../../..');
let reports: readonly ClientReport[];

beforeAll(async () => {
  reports = await proveDoors({ root, env: process.env, clients: allClients, log: () => undefined });
  for (const one of reports)
    if (one.kind === 'left-out') console.warn(`LEFT OUT, ${one.client.title}: ${one.why}`);
}, 1_200_000);

describe('real programs, with the lines of the guides', () => {
  it.each(allClients)('$title', ({ name, expected }) => {
    const report = reports.find(({ client }) => client.name === name);
    if (report?.kind === 'left-out') return;
    if (report?.kind === 'failed') throw new Error(report.why);
    expect(Object.fromEntries(occasions.map((one) => [one, report?.fates[one]]))).toEqual(expected);
  });
});
