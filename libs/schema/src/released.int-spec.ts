import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from './audit-chain.js';
import { migrate } from './migrate.js';
import { schemaProblem } from './schema-version.js';
import { describeSchema } from './testing/describe-schema.js';
import { createEmptyDatabase, type EmptyDatabase } from './testing/empty-database.js';

const file = (name: string) => readFileSync(path.join(import.meta.dirname, '..', name), 'utf8');

describe('today’s schema', () => {
  let fresh: EmptyDatabase;
  let released: EmptyDatabase;
  const described = (database: EmptyDatabase) => describeSchema((sql) => database.owner.query(sql));

  beforeAll(async () => {
    fresh = await createEmptyDatabase();
    released = await createEmptyDatabase();
    await released.owner.query(file('released/0.1.0.sql'));
    // The dump sets it for its session.
    await released.owner.query('RESET ALL');
  });
  afterAll(async () => {
    await fresh.drop();
    await released.drop();
  });

  it('is what the snapshot says; if not, run `npm run schema` and read what changed', async () => {
    await migrate(fresh.url);
    expect(await described(fresh)).toBe(file('schema.txt'));
  });

  it('comes out of the last release’s database too, grants included', async () => {
    expect(await schemaProblem((sql) => released.owner.query(sql))).toContain('older');
    await migrate(released.url);
    expect(await described(released)).toBe(await described(fresh));
    expect(await schemaProblem((sql) => released.owner.query(sql))).toBeNull();
  });

  it('has given its tokens to their operators, ended those without one and shortened the others', async () => {
    const { rows } = await released.owner.query(
      `SELECT t.name, o.username AS owner, t.revoked_at IS NOT NULL AS is_revoked,
         t.expires_at < now() + interval '366 days' AS is_short
       FROM registry.tokens t LEFT JOIN registry.operators o ON o.id = t.owner_id ORDER BY t.id`,
    );
    expect(rows).toEqual([
      { name: 'command line', owner: null, is_revoked: false, is_short: true },
      { name: 'siem', owner: 'Officer', is_revoked: false, is_short: true },
      { name: 'of someone deleted', owner: null, is_revoked: true, is_short: true },
    ]);
  });

  it('still holds what the last release had written, for the roles that read it', async () => {
    const count = async (role: string, from: string) =>
      (await released.as(role, `SELECT count(*)::integer AS n FROM ${from}`)).rows[0]?.n as number;
    expect(await count('sluice_console', 'registry.operators')).toBe(2);
    expect(await count('sluice_console', 'ledger.alert_list')).toBe(1);
    expect(await count('sluice_console', 'ledger.scan_list')).toBe(4);
    expect(await count('sluice_results', 'registry.accepted_certificates')).toBe(2);
    expect(await count('sluice_notifier', 'deliveries.outbox')).toBe(1);
    expect(await count('sluice_console', 'registry.audit')).toBe(3);
    expect(await verifyAudit((sql, values) => released.owner.query(sql, values))).toMatchObject({
      entries: 3,
      problem: null,
    });
  });
});
