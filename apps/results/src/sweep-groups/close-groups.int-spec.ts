import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptItem } from '@sluice/contracts';
import type { Query } from '@sluice/database';
import { until } from '@sluice/timing';
import { acceptItems } from '../accept-scans/accept-scans.query.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { recordItems } from '../record-verdicts/record-verdicts.query.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';

let ledger: LedgerFixture;
let system: System;
let group: string;
beforeAll(async () => {
  ledger = await LedgerFixture.create();
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  system = await ledger.addSystem();
  group = randomBytes(16).toString('hex');
});

/** The nth object of a group. */
const member = (n: number, changes: Partial<AcceptItem> = {}): AcceptItem =>
  itemOf(system, { objectKey: `${group}.${n * 1000}.1000`, ...changes });
const accept = async (...items: AcceptItem[]) =>
  (await acceptItems(ledger.database.query, items)).outcomes.map(({ outcome }) => outcome);
const conclude = (item: AcceptItem, outcome: 'clean' | 'infected') =>
  recordItems(ledger.database.query, [prepareVerdict(verdictOf(item, outcome))]);
const close = async (...keys: string[]): Promise<string[]> =>
  (await ledger.rows<{ group_key: string }>('SELECT group_key FROM ledger.close_groups($1)', [keys])).map(
    (row) => row.group_key,
  );
/** Someone of this database waits for a row. */
const isAnyWaiting = async () =>
  (
    await ledger.rows(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
  ).length > 0;

describe('a group', () => {
  it('is open while a scan of it is unfinished or an object of it is kept, and closed after', async () => {
    const [clean, bad] = [member(0), member(1)];
    await accept(clean, bad);
    expect(await close(group)).toEqual([]);
    await conclude(clean, 'clean');
    expect(await close(group)).toEqual([]);
    await conclude(bad, 'infected');
    expect(await close(group)).toEqual([]);
    await ledger.rows('DELETE FROM ledger.kept_objects');
    expect(await close(group)).toEqual([group]);
  });

  it('is closed once, and told as often as it is asked for', async () => {
    expect(await close(group, group)).toEqual([group]);
    const [first] = await ledger.rows('SELECT * FROM ledger.group_files');
    expect(await close(group)).toEqual([group]);
    expect(await ledger.rows('SELECT * FROM ledger.group_files')).toEqual([first]);
  });

  it.each([
    ['whose key begins as its own', (key: string) => `${key.slice(0, 31)}${key.endsWith('f') ? '0' : 'f'}`],
    ['before it', () => '0'.repeat(32)],
    ['behind it', () => 'f'.repeat(32)],
  ])('says nothing of one %s', async (_, other) => {
    const neighbour = other(group);
    await accept(itemOf(system, { objectKey: `${neighbour}.0.10` }));
    expect(await close(group, neighbour)).toEqual([group]);
  });

  it('is not the object of the same digits, which has a file of its own', async () => {
    await accept(itemOf(system, { objectKey: group }));
    expect(await close(group)).toEqual([group]);
  });

  it('that is closed takes no scan, and the others of the batch are none the worse', async () => {
    await close(group);
    const own = itemOf(system);
    const open = itemOf(system, { objectKey: `${randomBytes(16).toString('hex')}.0.10` });
    expect(await accept(member(0), own, open, member(1))).toEqual([
      'group-closed',
      'accepted',
      'accepted',
      'group-closed',
    ]);
    expect(await ledger.rows('SELECT object_key FROM ledger.scans ORDER BY seq')).toEqual(
      [own, open].map(({ objectKey }) => ({ object_key: objectKey })),
    );
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('that is closed does not touch what the scanId says already', async () => {
    const first = itemOf(system);
    await accept(first);
    await conclude(first, 'clean');
    await close(group);
    const [again, other] = [
      member(0, { scanId: first.scanId, sha256: first.sha256 }),
      member(1, { scanId: first.scanId }),
    ];
    expect([...(await accept(again)), ...(await accept(other))]).toEqual(['exists', 'group-closed']);
    expect(await ledger.rows('SELECT submission_id, is_shown FROM ledger.scans')).toEqual([
      { submission_id: first.submissionId, is_shown: true },
    ]);
  });

  it('that is closed after its scans ended has them for a request that is delivered twice', async () => {
    const item = member(0);
    await accept(item);
    await conclude(item, 'clean');
    await close(group);
    expect(await accept(item)).toEqual(['accepted']);
    expect(await accept({ ...member(1), onlyIfKnown: true })).toEqual(['not-accepted']);
    expect(await ledger.rows('SELECT FROM ledger.scans')).toHaveLength(1);
  });
});

describe('an accept that is on its way while its group is closed', () => {
  it('is refused when it comes behind, however long it stood still', async () => {
    const late = member(0);
    let accepting: Promise<string[]> = Promise.resolve([]);
    await ledger.database.transaction(async (query) => {
      await query('SELECT ledger.close_groups($1)', [[group]]);
      accepting = accept(late, itemOf(system));
      await until(isAnyWaiting);
    });
    expect(await accepting).toEqual(['group-closed', 'accepted']);
    expect(await ledger.rows('SELECT FROM ledger.scans WHERE object_key = $1', [late.objectKey])).toEqual([]);
  });

  it('holds the group open when it was there first, also when its answer is lost', async () => {
    const early = member(0);
    let closing: Promise<string[]> = Promise.resolve([]);
    await ledger.database.transaction(async (query) => {
      await acceptItems(query, [early]);
      closing = close(group);
      await until(isAnyWaiting);
    });
    expect(await closing).toEqual([]);
    await conclude(early, 'clean');
    expect(await close(group)).toEqual([group]);
  });
});

describe('closing', () => {
  it('finds what refers to many groups by the index, beside a large backlog and with a plan of an empty ledger', async () => {
    const keys = Array.from({ length: 50 }, () => randomBytes(16).toString('hex'));
    const open = new Set(keys.filter((_, n) => n % 3 === 0));
    const first = itemOf(system);
    const look = async (query: Query) => {
      const { rows } = await query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, BUFFERS) SELECT ledger.close_groups('{${keys.join()}}')`,
      );
      const text = rows.map((row) => row['QUERY PLAN']).join('\n');
      return Number(/shared hit=(\d+)/.exec(text)?.[1] ?? Number.NaN);
    };
    // One connection: a plan is its own.
    await ledger.database.transaction(async (query) => {
      await look(query);
      await query('DELETE FROM ledger.group_files');
      await acceptItems(query, [
        first,
        ...[...open].map((key) => itemOf(system, { objectKey: `${key}.0.10` })),
      ]);
      const copied = await query<{ names: string; copies: string }>(
        `SELECT string_agg(a, ', ') AS names, string_agg(CASE a WHEN 'submission_id' THEN 'gen_random_uuid()'
           WHEN 'seq' THEN 'nextval(''ledger.scan_seq'')' WHEN 'object_key' THEN 'md5(n::text)' WHEN 'scan_id' THEN 'n::text'
           ELSE 's.' || a END, ', ') AS copies
         FROM (SELECT column_name::text AS a FROM information_schema.columns
           WHERE table_schema = 'ledger' AND table_name = 'scans') c`,
      );
      const { names = '', copies = '' } = copied.rows[0] ?? {};
      await query(
        `INSERT INTO ledger.scans (${names}) SELECT ${copies} FROM ledger.scans s, generate_series(1, 20000) n
         WHERE s.submission_id = $1`,
        [first.submissionId],
      );
      // A look at all of them would be 50 times some 400.
      expect(await look(query)).toBeLessThan(50 * 40);
    });
    expect((await close(...keys)).sort()).toEqual(keys.filter((key) => !open.has(key)).sort());
  });
});

describe('a kept object that has a file of its own now', () => {
  const rekey = async (pairs: readonly (readonly [string, string])[], since = '0 s') =>
    (
      await ledger.rows<{ key: string }>(
        'SELECT key FROM ledger.rekey_objects($1, $2, clock_timestamp() - $3::interval) AS key',
        [pairs.map(([old]) => old), pairs.map(([, fresh]) => fresh), since],
      )
    ).map(({ key }) => key);
  const fresh = () => randomBytes(16).toString('hex');
  /** Wherever the key of an object stands: by the schema, so that a table of tomorrow is asked as well. */
  const places = async (key: string): Promise<string[]> => {
    const tables = await ledger.rows<{ name: string }>(
      `SELECT c.table_schema || '.' || c.table_name AS name FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.column_name = 'object_key' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
    );
    const found: string[] = [];
    for (const { name } of tables)
      if ((await ledger.rows(`SELECT FROM ${name} WHERE object_key = $1`, [key])).length > 0)
        found.push(name);
    return found;
  };

  it('has its key in every row that had the old one, and no other row changes', async () => {
    const [bad, other] = [member(0), member(1)];
    await accept(bad, other);
    for (const item of [bad, other]) {
      await conclude(item, 'infected');
      await ledger.rows(
        `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, recipients, pending, operator,
           created_at, due_at) VALUES ($1, $2, $3, 'x', 'original', '', '{a}', '{a}', 'ann', now(), now())`,
        [randomUUID(), item.submissionId, item.objectKey],
      );
    }
    const everywhere = ['ledger.alerts', 'ledger.kept_objects', 'ledger.releases', 'ledger.scans'];
    expect(await places(bad.objectKey)).toEqual(everywhere);
    const key = fresh();
    expect(await rekey([[bad.objectKey, key]])).toEqual([bad.objectKey]);
    expect(await places(key)).toEqual(everywhere);
    expect(await places(bad.objectKey)).toEqual([]);
    expect(await places(other.objectKey)).toEqual(everywhere);
    expect(await close(group)).toEqual([]);
    expect(await rekey([[other.objectKey, fresh()]])).toEqual([other.objectKey]);
    expect(await close(group)).toEqual([group]);
  });

  it('keeps the key it has when it was copied twice, was deleted, or was copied too long ago', async () => {
    const bad = member(0);
    await accept(bad);
    await conclude(bad, 'infected');
    expect(await rekey([[bad.objectKey, fresh()]], '11 minutes')).toEqual([]);
    const first = fresh();
    expect(await rekey([[bad.objectKey, first]])).toEqual([bad.objectKey]);
    expect(await rekey([[bad.objectKey, fresh()]])).toEqual([]);
    expect(await places(first)).toHaveLength(3);
    await ledger.rows('DELETE FROM ledger.kept_objects');
    expect(await rekey([[first, fresh()]])).toEqual([]);
    expect(await places(first)).toHaveLength(2);
  });

  it('keeps the key it has when the lock on it was waited for until the copy was too old', async () => {
    const bad = member(0);
    await accept(bad);
    await conclude(bad, 'infected');
    let moving: Promise<string[]> = Promise.resolve([]);
    await ledger.database.transaction(async (query) => {
      await query('SELECT FROM ledger.kept_objects FOR UPDATE');
      moving = rekey([[bad.objectKey, fresh()]], '9 minutes 59.5 s');
      await until(isAnyWaiting);
      await query('SELECT pg_sleep(0.6)');
    });
    expect(await moving).toEqual([]);
    expect(await places(bad.objectKey)).toHaveLength(3);
  });

  it('is not evicted under its old key, whichever came first', async () => {
    const [first, second] = [member(0), member(1)];
    await accept(first, second);
    await conclude(first, 'infected');
    await conclude(second, 'infected');
    let evicting: Promise<unknown[]> = Promise.resolve([]);
    const key = fresh();
    await ledger.database.transaction(async (query) => {
      await query('SELECT ledger.rekey_objects($1, $2, clock_timestamp())', [[first.objectKey], [key]]);
      evicting = ledger.rows('DELETE FROM ledger.kept_objects WHERE object_key = $1 RETURNING object_key', [
        first.objectKey,
      ]);
      await until(isAnyWaiting);
    });
    expect(await evicting).toEqual([]);
    expect(await places(key)).toHaveLength(3);
    let moving: Promise<string[]> = Promise.resolve([]);
    await ledger.database.transaction(async (query) => {
      await query('DELETE FROM ledger.kept_objects WHERE object_key = $1', [second.objectKey]);
      moving = rekey([[second.objectKey, fresh()]]);
      await until(isAnyWaiting);
    });
    expect(await moving).toEqual([]);
    expect(await places(second.objectKey)).toEqual(['ledger.alerts', 'ledger.scans']);
  });
});

describe('a scan again', () => {
  it('does not call an object gone whose key changes at this moment', async () => {
    const bad = member(0);
    await accept(bad);
    await conclude(bad, 'infected');
    let asked: Promise<{ outcome: string }[]> = Promise.resolve([]);
    await ledger.database.transaction(async (query) => {
      await query('SELECT ledger.rekey_objects($1, $2, clock_timestamp())', [
        [bad.objectKey],
        ['b'.repeat(32)],
      ]);
      asked = ledger.rows<{ outcome: string }>(
        `SELECT ledger.rescan($1, gen_random_uuid(), '{"heavyObjectBytes": 1}', '{"mail": 5, "other": 1}') AS outcome`,
        [bad.submissionId],
      );
      await until(isAnyWaiting);
    });
    expect(await asked).toEqual([{ outcome: 'shared' }]);
  });

  it('waits until the object has a file of its own', async () => {
    const bad = member(0);
    await accept(bad);
    await conclude(bad, 'infected');
    const rescan = async () =>
      (
        await ledger.rows<{ outcome: string }>(
          `SELECT ledger.rescan($1, gen_random_uuid(), '{"heavyObjectBytes": 1}', '{"mail": 5, "other": 1}') AS outcome`,
          [bad.submissionId],
        )
      )[0]?.outcome;
    expect(await rescan()).toBe('shared');
    expect(await ledger.counterErrors()).toEqual([]);
    await ledger.rows('SELECT ledger.rekey_objects($1, $2, clock_timestamp())', [
      [bad.objectKey],
      ['a'.repeat(32)],
    ]);
    expect(await rescan()).toBe('done');
  });
});
