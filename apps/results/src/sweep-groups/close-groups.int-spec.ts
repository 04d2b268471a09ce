import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Query } from '@sluice/database';
import { until } from '@sluice/timing';
import { acceptItems } from '../accept-scans/accept-scans.query.js';
import { itemOf } from '../testing/ledger-fixture.js';
import { useOneGroup } from '../testing/use-one-group.js';

const on = useOneGroup();
const { member, accept, conclude, close, isAnyWaiting } = on;

describe('a group', () => {
  it('is open while a scan of it is unfinished or an object of it is kept, and closed after', async () => {
    const [clean, bad] = [member(0), member(1)];
    await accept(clean, bad);
    expect(await close(on.group)).toEqual([]);
    await conclude(clean, 'clean');
    expect(await close(on.group)).toEqual([]);
    await conclude(bad, 'infected');
    expect(await close(on.group)).toEqual([]);
    await on.ledger.rows('DELETE FROM ledger.kept_objects');
    expect(await close(on.group)).toEqual([on.group]);
  });

  it('is closed once, and told as often as it is asked for', async () => {
    expect(await close(on.group, on.group)).toEqual([on.group]);
    const [first] = await on.ledger.rows('SELECT * FROM ledger.group_files');
    expect(await close(on.group)).toEqual([on.group]);
    expect(await on.ledger.rows('SELECT * FROM ledger.group_files')).toEqual([first]);
  });

  it.each([
    ['whose key begins as its own', (key: string) => `${key.slice(0, 31)}${key.endsWith('f') ? '0' : 'f'}`],
    ['before it', () => '0'.repeat(32)],
    ['behind it', () => 'f'.repeat(32)],
  ])('says nothing of one %s', async (_, other) => {
    const neighbour = other(on.group);
    await accept(itemOf(on.system, { objectKey: `${neighbour}.0.10` }));
    expect(await close(on.group, neighbour)).toEqual([on.group]);
  });

  it('is not the object of the same digits, which has a file of its own', async () => {
    await accept(itemOf(on.system, { objectKey: on.group }));
    expect(await close(on.group)).toEqual([on.group]);
  });

  it('that is closed takes no scan, and the others of the batch are none the worse', async () => {
    await close(on.group);
    const own = itemOf(on.system);
    const open = itemOf(on.system, { objectKey: `${randomBytes(16).toString('hex')}.0.10` });
    expect(await accept(member(0), own, open, member(1))).toEqual([
      'group-closed',
      'accepted',
      'accepted',
      'group-closed',
    ]);
    expect(await on.ledger.rows('SELECT object_key FROM ledger.scans ORDER BY seq')).toEqual(
      [own, open].map(({ objectKey }) => ({ object_key: objectKey })),
    );
    expect(await on.ledger.counterErrors()).toEqual([]);
  });

  it('that is closed does not touch what the scanId says already', async () => {
    const first = itemOf(on.system);
    await accept(first);
    await conclude(first, 'clean');
    await close(on.group);
    const [again, other] = [
      member(0, { scanId: first.scanId, sha256: first.sha256 }),
      member(1, { scanId: first.scanId }),
    ];
    expect([...(await accept(again)), ...(await accept(other))]).toEqual(['exists', 'group-closed']);
    expect(await on.ledger.rows('SELECT submission_id, is_shown FROM ledger.scans')).toEqual([
      { submission_id: first.submissionId, is_shown: true },
    ]);
  });

  it('that is closed after its scans ended has them for a request that is delivered twice', async () => {
    const item = member(0);
    await accept(item);
    await conclude(item, 'clean');
    await close(on.group);
    expect(await accept(item)).toEqual(['accepted']);
    expect(await accept({ ...member(1), onlyIfKnown: true })).toEqual(['not-accepted']);
    expect(await on.ledger.rows('SELECT FROM ledger.scans')).toHaveLength(1);
  });
});

describe('an accept that is on its way while its group is closed', () => {
  it('is refused when it comes behind, however long it stood still', async () => {
    const late = member(0);
    let accepting: Promise<string[]> = Promise.resolve([]);
    await on.ledger.database.transaction(async (query) => {
      await query('SELECT ledger.close_groups($1)', [[on.group]]);
      accepting = accept(late, itemOf(on.system));
      await until(isAnyWaiting);
    });
    expect(await accepting).toEqual(['group-closed', 'accepted']);
    expect(await on.ledger.rows('SELECT FROM ledger.scans WHERE object_key = $1', [late.objectKey])).toEqual(
      [],
    );
  });

  it('holds the group open when it was there first, also when its answer is lost', async () => {
    const early = member(0);
    let closing: Promise<string[]> = Promise.resolve([]);
    await on.ledger.database.transaction(async (query) => {
      await acceptItems(query, [early]);
      closing = close(on.group);
      await until(isAnyWaiting);
    });
    expect(await closing).toEqual([]);
    await conclude(early, 'clean');
    expect(await close(on.group)).toEqual([on.group]);
  });
});

describe('closing', () => {
  it('finds what refers to many groups by the index, beside a large backlog and with a plan of an empty ledger', async () => {
    const keys = Array.from({ length: 50 }, () => randomBytes(16).toString('hex'));
    const open = new Set(keys.filter((_, n) => n % 3 === 0));
    const first = itemOf(on.system);
    const look = async (query: Query) => {
      const { rows } = await query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, BUFFERS) SELECT ledger.close_groups('{${keys.join()}}')`,
      );
      const text = rows.map((row) => row['QUERY PLAN']).join('\n');
      return Number(/shared hit=(\d+)/.exec(text)?.[1] ?? Number.NaN);
    };
    // One connection: a plan is its own.
    await on.ledger.database.transaction(async (query) => {
      await look(query);
      await query('DELETE FROM ledger.group_files');
      await acceptItems(query, [
        first,
        ...[...open].map((key) => itemOf(on.system, { objectKey: `${key}.0.10` })),
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
