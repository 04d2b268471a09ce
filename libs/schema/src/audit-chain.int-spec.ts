import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { verifyAudit, type AuditHead } from './audit-chain.js';
import { migrate } from './migrate.js';
import { createEmptyDatabase, type EmptyDatabase } from './testing/empty-database.js';

let database: EmptyDatabase;
const owner = (sql: string, values?: unknown[]) => database.owner.query(sql, values);
const append = (action: string) =>
  owner(
    `SELECT registry.append_audit('ann', 'operator', '192.0.2.1', '${action}', 'x', '{"b":1,"a":[2.50]}', NULL)`,
  );
const expire = async () => (await owner('SELECT registry.expire_audit(1) AS n')).rows[0]?.n as number;
const verify = (known: AuditHead[] = []) => verifyAudit(owner, known);

beforeAll(async () => {
  database = await createEmptyDatabase();
  await migrate(database.url);
});
beforeEach(async () => {
  await owner(`BEGIN; SELECT setval('registry.audit_id_seq', 1, false)`);
  for (const action of ['one', 'two', 'three', 'four']) await append(action);
});
afterEach(() => owner('ROLLBACK'));
afterAll(() => database.drop());

describe('the chain of the audit log', () => {
  it('is whole, in whatever time zone it is looked at', async () => {
    await owner(`SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German'`);
    expect(await verify()).toMatchObject({ entries: 4, removedThrough: 0, problem: null });
  });

  it.each([
    ['an entry changed', `UPDATE registry.audit SET actor = 'bob' WHERE action = 'two'`, /entry 2 is not/],
    [
      'a detail changed',
      `UPDATE registry.audit SET before = '{"a":[2.5],"b":1}' WHERE action = 'two'`,
      /entry 2 is not/,
    ],
    [
      'a time moved',
      `UPDATE registry.audit SET at = at - interval '1 microsecond' WHERE action = 'four'`,
      /entry 4 is not/,
    ],
    ['one removed', `DELETE FROM registry.audit WHERE action = 'two'`, /entry 3 is not/],
    ['the first removed', `DELETE FROM registry.audit WHERE action = 'one'`, /entry 2 is not/],
    ['the newest removed', `DELETE FROM registry.audit WHERE action = 'four'`, /newest entries are missing/],
    [
      'one slipped in',
      `INSERT INTO registry.audit (id, actor, actor_kind, action, hash) OVERRIDING SYSTEM VALUE
       SELECT 9, 'a', 'system', 'x', hash FROM registry.audit WHERE action = 'four'`,
      /entry 9 is not/,
    ],
    [
      'the beginning cut and a checkpoint made for it',
      `WITH gone AS (DELETE FROM registry.audit WHERE id <= 2 RETURNING id, hash)
       UPDATE registry.audit_checkpoint SET through_id = 2, hash = (SELECT hash FROM gone WHERE id = 2)`,
      /removed by something else than retention/,
    ],
  ])('shows %s by someone with the owner’s rights', async (_, attack, problem) => {
    await owner(attack);
    expect((await verify()).problem).toMatch(problem);
  });

  it('shows a tail cut off together with its head to those who have an earlier head', async () => {
    const { head } = await verify();
    await owner(`DELETE FROM registry.audit WHERE action = 'four';
      UPDATE registry.audit_head SET (id, hash) = (SELECT id, hash FROM registry.audit ORDER BY id DESC LIMIT 1)`);
    expect((await verify()).problem).toBeNull();
    expect((await verify([head])).problem).toContain('entry 4, which was sent out');
    await append('another four');
    expect((await verify([head])).problem).toContain('entry 4, which was sent out');
  });

  it('goes on from a checkpoint that retention leaves, and keeps what is younger than thirty days', async () => {
    const old = await verify();
    expect(await expire()).toBe(0);
    // Written 40 days ago, as far as the function can tell.
    await owner(`UPDATE registry.audit SET at = at - interval '40 days' WHERE id <= 2`);
    await rebuild();
    expect(await expire()).toBe(2);
    expect(await verify([{ id: 1, hash: 'removed since' }])).toMatchObject({
      entries: 3,
      removedThrough: 2,
      problem: null,
    });
    expect((await verify([old.head])).problem).toContain('entry 4');
  });

  it('holds under writers at the same time', async () => {
    await owner('COMMIT');
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const client = new pg.Client({ connectionString: database.url });
        await client.connect();
        for (let n = 0; n < 10; n += 1) {
          await client.query(
            `BEGIN; SELECT registry.append_audit('a', 'system', NULL, 'x', NULL, NULL, NULL)`,
          );
          await client.query(n % 3 === 0 ? 'ROLLBACK' : 'COMMIT');
        }
        await client.end();
      }),
    );
    expect(await verify()).toMatchObject({ entries: 4 + 8 * 6, problem: null });
  });
});

/** The chain as it would have been, had the entries been written as they stand. */
async function rebuild(): Promise<void> {
  await owner(`DO $$
    DECLARE entry registry.audit; last_hash text := repeat('0', 64);
    BEGIN
      FOR entry IN SELECT * FROM registry.audit ORDER BY id LOOP
        last_hash := registry.audit_hash(last_hash, entry.id, entry.at, entry.actor, entry.actor_kind, entry.address,
          entry.action, entry.target, entry.before, entry.after);
        UPDATE registry.audit SET hash = last_hash WHERE id = entry.id;
      END LOOP;
      UPDATE registry.audit_head SET hash = last_hash;
    END $$`);
}
