import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database, Query } from '@sluice/database';
import { LedgerFixture } from '../testing/ledger-fixture.js';
import { ExpireRecords } from './expire-records.service.js';

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Enough for an index to be the cheaper way, and for a look at each of them to show. */
const kept = 20_000;
const mostTouched = 200;

let ledger: LedgerFixture;
beforeAll(async () => {
  ledger = await LedgerFixture.create();
  await ledger.database.query(
    `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
       state, object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at,
       published_at, finished_at)
     SELECT gen_random_uuid(), '00000000-0000-4000-8000-000000000000', 's', false, '', 'scan-' || n, true, 'not detected',
       'not detected', md5(n::text), md5(n::text) || md5(n::text), 1, 'file', '[]', '192.0.2.1', 'light', 1, t, t, t
     FROM generate_series(1, $1) n, LATERAL (SELECT now() - n * interval '1 second') AS at (t)`,
    [kept],
  );
  await ledger.database.query(
    `INSERT INTO ledger.known_verdicts (sha256, object_type, registration_id, submission_id, scanner, decision_set,
       recorded_at, has_test_signatures, importance, technologies, database_version)
     SELECT sha256, object_type, registration_id, submission_id, 'scanner-1', 'set', now(), false, 'medium', '[]', 0
     FROM ledger.scans`,
  );
  await ledger.database.query('VACUUM ANALYZE ledger.scans, ledger.known_verdicts');
});
afterAll(() => ledger.close());

/** What `expire` says to the database, each statement with the rows that it touched. */
async function touchedBy(work: (database: Database) => Promise<unknown>): Promise<Map<string, number>> {
  const touched = new Map<string, number>();
  const looked =
    (query: Query): Query =>
    async (sql, values = []) => {
      if (!/^\s*(DELETE|WITH)/.test(sql)) return query(sql, values);
      const { rows } = await query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${sql}`,
        values,
      );
      touched.set(sql, Math.max(...(rows[0]?.['QUERY PLAN'] ?? []).flatMap(({ Plan: plan }) => flat(plan))));
      return { rows: [], rowCount: 0 };
    };
  const { database } = ledger;
  await work({
    query: looked(database.query),
    transaction: (inside: (query: Query) => Promise<unknown>) =>
      database.transaction((query) => inside(looked(query))),
  } as unknown as Database);
  return touched;
}

const flat = (plan: Plan): number[] => [
  (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'],
  ...(plan.Plans ?? []).flatMap(flat),
];

it('looks at none of the scans that are not due', async () => {
  const touched = await touchedBy((database) => new ExpireRecords(database).expire());
  expect(touched.size).toBeGreaterThan(5);
  const [ofScans] = [...touched].find(([sql]) => sql.includes('ledger.scans s USING due')) ?? [];
  expect(ofScans).toBeDefined();
  expect([...touched].filter(([, rows]) => rows > mostTouched)).toEqual([]);
});

it('counts the known verdicts before it takes the lock that verdicts wait for', async () => {
  const touched = await touchedBy((database) => new ExpireRecords(database, kept - 10).expire());
  const [, rows] = [...touched].find(([sql]) => sql.includes('known_verdicts')) ?? [];
  expect(rows).toBeLessThanOrEqual(mostTouched);
});

it('counts them along the index: nothing is sorted', async () => {
  const said: string[] = [];
  const query: Query = (sql, values) => {
    said.push(sql);
    return ledger.database.query(sql, values);
  };
  const { transaction } = ledger.database;
  await new ExpireRecords({
    query,
    transaction: transaction.bind(ledger.database),
  } as unknown as Database).expire();
  const look = said.find((sql) => sql.includes('OFFSET')) ?? '';
  const plan = await ledger.rows<{ 'QUERY PLAN': string }>(`EXPLAIN ${look}`, [kept]);
  const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
  expect(lines).toMatch(/Index Only Scan/);
  expect(lines).not.toMatch(/Sort/);
});

it('removes those that are, and leaves the others', async () => {
  await ledger.set('resultRetentionDays', 1);
  await ledger.database.query(
    `UPDATE ledger.scans SET finished_at = finished_at - interval '1 day' WHERE scan_id IN ('scan-7', 'scan-8')`,
  );
  expect(await new ExpireRecords(ledger.database).expire()).toBe(false);
  expect(await ledger.rows('SELECT count(*)::integer AS left FROM ledger.scans')).toEqual([
    { left: kept - 2 },
  ]);
});
