import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scansQuerySchema } from '@sluice/console-api/requests';
import type { Database, Query } from '@sluice/database';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { seedTroubledSystem, troubled } from '../testing/seed-troubled-system.js';
import { QuarantineQuery } from '../quarantine/quarantine.query.js';
import { ScanQuery } from './scan.query.js';

interface Plan {
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

describe('a hundred thousand scans', () => {
  let app: ConsoleUnderTest;
  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    await seedTroubledSystem(app);
  }, 480_000);
  afterAll(() => app.stop());

  /** The rows that were touched for a page of the list, by which indexes. */
  async function costOf(filter: object): Promise<{ rows: number; indexes: string[]; found: number }> {
    let last: { sql: string; values: readonly unknown[] } = { sql: '', values: [] };
    const query: Query = (sql, values = []) => {
      last = { sql, values };
      return app.database.query(sql, values);
    };
    const scans = new ScanQuery({ query } as Database, new QuarantineQuery(app.database));
    const { items } = await scans.list(scansQuerySchema.parse({ limit: '50', ...filter }));
    const [row] = await app.rows<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${last.sql}`,
      [...last.values],
    );
    const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];
    const plans = (row?.['QUERY PLAN'] ?? []).flatMap((one) => flat(one.Plan));
    const touched = (one: Plan) =>
      (one['Actual Rows'] + (one['Rows Removed by Filter'] ?? 0)) * one['Actual Loops'];
    return {
      rows: Math.max(...plans.map(touched)),
      indexes: plans.flatMap((one) => one['Index Name'] ?? []),
      found: items.length,
    };
  }

  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

  it('of a minute long ago are read without those that came since', async () => {
    // A day ago, with 17,280 newer ones; twelve came in that minute.
    const cost = await costOf({ from: minutesAgo(1441), until: minutesAgo(1440) });
    expect(cost.found).toBeGreaterThanOrEqual(11);
    expect(cost.indexes).toContain('scans_by_time');
    expect(cost.rows).toBeLessThan(troubled.scans / 100);
  });

  it('of a minute in which they ended, too', async () => {
    const cost = await costOf({ finishedFrom: minutesAgo(1441), finishedUntil: minutesAgo(1440) });
    expect(cost.found).toBeGreaterThanOrEqual(11);
    expect(cost.rows).toBeLessThan(troubled.scans / 100);
  });
});
