import { alertsQuerySchema } from '@sluice/console-api/requests';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Query } from '@sluice/database';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { QuarantineQuery } from '../quarantine/quarantine.query.js';
import { AlertSearchQuery } from './alert-search.query.js';
import { AlertQuery } from './alert.query.js';

const total = 100_000;
/** A statement has ten seconds, and every row goes into the search index. */
const rowsOfAStatement = 10_000;

/** Evenly mixed by the number of the row, so that what a filter has to find is known. */
const insertMany = `
  INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
    created_at, submitted_at, importance, state, assignee, technologies, detections, detections_total, engines,
    database_version, object_key, object_name, object_type, size_bytes, sha256, mail_from, rcpt_to)
  SELECT gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'fs-' || i % 50, i % 5 = 0, 'scan-' || i, '', '192.0.2.1',
    now() - make_interval(secs => ${total} - i), now(), (ARRAY['high', 'medium', 'low'])[1 + i % 3],
    (ARRAY['new', 'in-process', 'closed', 'closed'])[1 + i % 4], CASE WHEN i % 40 = 1 THEN 'ann' END, '{am}',
    '[{"engine":"clamav","technology":"am","name":"Test","path":[]}]', 1, '[]', 202611210000, gen_random_uuid(),
    'file-' || i, 'file', 68, encode(sha256((i / 2)::text::bytea), 'hex'),
    CASE WHEN i % 5 = 0 THEN 'sender-' || i % 100 || '@example.org' END, '[]'
  FROM generate_series($1::int, $2::int) i`;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

describe('a hundred thousand alerts', () => {
  let app: ConsoleUnderTest;
  let alerts: AlertQuery;
  let last: { sql: string; values: readonly unknown[] };

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    for (let from = 1; from <= total; from += rowsOfAStatement)
      await app.rows(insertMany, [from, from + rowsOfAStatement - 1]);
    await app.rows('ANALYZE ledger.alerts');
    const query: Query = (sql, values = []) => {
      last = { sql, values };
      return app.database.query(sql, values);
    };
    const database = { query } as Database;
    alerts = new AlertQuery(database, new AlertSearchQuery(database), new QuarantineQuery(database));
  });
  afterAll(() => app.stop());

  const page = (query: object) => alerts.list(alertsQuerySchema.parse(query));

  async function nodesOfLast(): Promise<Plan[]> {
    const rows = await app.rows<{ 'QUERY PLAN': { Plan: Plan }[] }>(`EXPLAIN (FORMAT JSON) ${last.sql}`, [
      ...last.values,
    ]);
    const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];
    return rows.flatMap((row) => row['QUERY PLAN'].flatMap((one) => flat(one.Plan)));
  }

  const isOrdered: Readonly<Record<string, (one: Key, next: Key) => boolean>> = {
    newest: (one, next) => next.id < one.id,
    oldest: (one, next) => next.id > one.id,
    importance: (one, next) => next.rank < one.rank || (next.rank === one.rank && next.id < one.id),
  };
  interface Key {
    readonly id: number;
    readonly rank: number;
  }
  const ranks = { high: 3, medium: 2, low: 1 } as const;

  it.each([
    [{ sort: 'newest' }, total],
    [{ sort: 'oldest', state: 'new' }, total / 4],
    [{ sort: 'importance', sensorId: 'fs-10' }, total / 50],
    [{ sort: 'importance', assignee: 'ann' }, total / 40],
    [{ sort: 'newest', sender: 'sender-0@example.org' }, total / 100],
  ])('with %j come page by page, each of the %i once and in order', async (filter, count) => {
    const seen: Key[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const { items, nextCursor }: Awaited<ReturnType<typeof page>> = await page({
        ...filter,
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...items.map((one) => ({ id: one.id, rank: ranks[one.importance] })));
      cursor = nextCursor;
    }
    expect(seen).toHaveLength(count);
    const follows = isOrdered[filter.sort];
    expect(seen.every((one, index) => index === 0 || follows?.(seen[index - 1] ?? one, one))).toBe(true);
  });

  it.each([
    {},
    { sort: 'oldest' },
    { sort: 'importance' },
    { state: 'new' },
    { sort: 'importance', state: 'new' },
    { sensorId: 'fs-10' },
    { sender: 'sender-0@example.org' },
    { assignee: 'ann' },
    { importance: 'low', technology: 'am', source: 'mail' },
  ])('with %j are read by an index and not sorted, on the first page as on later ones', async (filter) => {
    const { nextCursor } = await page({ ...filter, limit: 50 });
    const first = await nodesOfLast();
    await page({ ...filter, limit: 50, cursor: nextCursor });
    for (const nodes of [first, await nodesOfLast()]) {
      const kinds = nodes.map((node) => node['Node Type']);
      expect(kinds).not.toContain('Sort');
      expect(
        nodes.filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'alerts'),
      ).toEqual([]);
    }
  });

  it('are counted up to a bound', async () => {
    expect(await alerts.count({ state: 'new' })).toEqual({
      count: total / 4,
      isMore: false,
      newestId: expect.any(Number),
    });
  });
});
