import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { useOneGroup } from '../testing/use-one-group.js';

const on = useOneGroup();
const { member, accept, conclude, close, isAnyWaiting } = on;

describe('a kept object that has a file of its own now', () => {
  const rekey = async (pairs: readonly (readonly [string, string])[], since = '0 s') =>
    (
      await on.ledger.rows<{ key: string }>(
        'SELECT key FROM ledger.rekey_objects($1, $2, clock_timestamp() - $3::interval) AS key',
        [pairs.map(([old]) => old), pairs.map(([, fresh]) => fresh), since],
      )
    ).map(({ key }) => key);
  const fresh = () => randomBytes(16).toString('hex');
  /** Wherever the key of an object stands: by the schema, so that a table of tomorrow is asked as well. */
  const places = async (key: string): Promise<string[]> => {
    const tables = await on.ledger.rows<{ name: string }>(
      `SELECT c.table_schema || '.' || c.table_name AS name FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.column_name = 'object_key' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
    );
    const found: string[] = [];
    for (const { name } of tables)
      if ((await on.ledger.rows(`SELECT FROM ${name} WHERE object_key = $1`, [key])).length > 0)
        found.push(name);
    return found;
  };

  it('has its key in every row that had the old one, and no other row changes', async () => {
    const [bad, other] = [member(0), member(1)];
    await accept(bad, other);
    for (const item of [bad, other]) {
      await conclude(item, 'infected');
      await on.ledger.rows(
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
    expect(await close(on.group)).toEqual([]);
    expect(await rekey([[other.objectKey, fresh()]])).toEqual([other.objectKey]);
    expect(await close(on.group)).toEqual([on.group]);
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
    await on.ledger.rows('DELETE FROM ledger.kept_objects');
    expect(await rekey([[first, fresh()]])).toEqual([]);
    expect(await places(first)).toHaveLength(2);
  });

  it('keeps the key it has when the lock on it was waited for until the copy was too old', async () => {
    const bad = member(0);
    await accept(bad);
    await conclude(bad, 'infected');
    let moving: Promise<string[]> = Promise.resolve([]);
    await on.ledger.database.transaction(async (query) => {
      await query('SELECT FROM ledger.kept_objects FOR UPDATE');
      // Time enough to come to the lock before it is too old.
      moving = rekey([[bad.objectKey, fresh()]], '9 minutes 57 s');
      await until(isAnyWaiting);
      await query('SELECT pg_sleep(3.1)');
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
    await on.ledger.database.transaction(async (query) => {
      await query('SELECT ledger.rekey_objects($1, $2, clock_timestamp())', [[first.objectKey], [key]]);
      evicting = on.ledger.rows(
        'DELETE FROM ledger.kept_objects WHERE object_key = $1 RETURNING object_key',
        [first.objectKey],
      );
      await until(isAnyWaiting);
    });
    expect(await evicting).toEqual([]);
    expect(await places(key)).toHaveLength(3);
    let moving: Promise<string[]> = Promise.resolve([]);
    await on.ledger.database.transaction(async (query) => {
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
    await on.ledger.database.transaction(async (query) => {
      await query('SELECT ledger.rekey_objects($1, $2, clock_timestamp())', [
        [bad.objectKey],
        ['b'.repeat(32)],
      ]);
      asked = on.ledger.rows<{ outcome: string }>(
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
        await on.ledger.rows<{ outcome: string }>(
          `SELECT ledger.rescan($1, gen_random_uuid(), '{"heavyObjectBytes": 1}', '{"mail": 5, "other": 1}') AS outcome`,
          [bad.submissionId],
        )
      )[0]?.outcome;
    expect(await rescan()).toBe('shared');
    expect(await on.ledger.counterErrors()).toEqual([]);
    await on.ledger.rows('SELECT ledger.rekey_objects($1, $2, clock_timestamp())', [
      [bad.objectKey],
      ['a'.repeat(32)],
    ]);
    expect(await rescan()).toBe('done');
  });
});
