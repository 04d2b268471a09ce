import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from './migrate.js';
import { createEmptyDatabase, type EmptyDatabase } from './testing/empty-database.js';

const annsSession = 'a'.repeat(64);
const ranOut = 'b'.repeat(64);
const revoked = '00000000-0000-4000-8000-000000000002';
const valid = '00000000-0000-4000-8000-000000000003';

describe('who may say what in the audit log', () => {
  let database: EmptyDatabase;
  const asConsole = (sql: string) => database.as('sluice_console', sql);
  const asResults = (sql: string) => database.as('sluice_results', sql);
  const consoleEntry = (kind: string, proof: string, action: string) =>
    asConsole(
      `SELECT registry.append_console_audit('${kind}', '${proof}', '192.0.2.1', '${action}', 'x', NULL, NULL)`,
    );
  const announce = async (kind: string, proof: string, action: string): Promise<string> => {
    const { rows } = await asConsole(
      `SELECT registry.announce_change('${kind}', '${proof}', '192.0.2.1', '${action}') AS id`,
    );
    return (rows[0] as { id: string }).id;
  };
  const ledgerEntry = (id: string, action: string) =>
    asResults(
      `SELECT registry.append_ledger_audit('${id}', '${action}', 'alert 1', NULL, '{"state":"closed"}')`,
    );
  const entries = async () =>
    (await database.owner.query('SELECT actor, actor_kind, address, action FROM registry.audit ORDER BY id'))
      .rows;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    await migrate(database.url);
    await database.owner.query(
      `WITH ann AS (INSERT INTO registry.operators (id, username, role, password_hash)
         VALUES (gen_random_uuid(), 'ann', 'administrator', 'x'), (gen_random_uuid(), 'bob', 'auditor', 'x')
         RETURNING id, username)
       INSERT INTO registry.sessions (id_hash, operator_id, expires_at)
       SELECT '${annsSession}', id, now() + interval '1 hour' FROM ann WHERE username = 'ann'
       UNION ALL SELECT '${ranOut}', id, now() - interval '1 second' FROM ann WHERE username = 'bob'`,
    );
    await database.owner.query(
      `INSERT INTO registry.tokens (id, name, token_hash, role, created_by, expires_at, revoked_at)
       VALUES ('${revoked}', 'old', 'x', 'administrator', 'ann', now() + interval '1 day', now() - interval '1 hour'),
              ('${valid}', 'soar', 'y', 'administrator', 'ann', now() + interval '1 day', NULL)`,
    );
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.owner.query('TRUNCATE registry.audit, registry.announced_changes');
  });

  it('the console speaks for who is signed in, under the name the session or the token has', async () => {
    await consoleEntry('operator', annsSession, 'rule.add');
    await consoleEntry('token', valid, 'rule.change');
    expect(await entries()).toEqual([
      { actor: 'ann', actor_kind: 'operator', address: '192.0.2.1', action: 'rule.add' },
      { actor: 'soar', actor_kind: 'token', address: '192.0.2.1', action: 'rule.change' },
    ]);
  });

  it.each([
    ['operator', 'ann'],
    ['operator', ranOut],
    ['operator', valid],
    ['token', revoked],
    ['token', 'soar'],
    ['token', annsSession],
    ['machine', 'ann'],
  ])('the console cannot speak as %s %s, which no one is signed in with', async (kind, proof) => {
    await expect(consoleEntry(kind, proof, 'rule.add')).rejects.toMatchObject({ code: '28000' });
    await expect(announce(kind, proof, 'alert.change')).rejects.toMatchObject({ code: '28000' });
    expect(await entries()).toEqual([]);
  });

  it('a token that is revoked by itself still signs that', async () => {
    await asConsole(
      `UPDATE registry.tokens SET revoked_at = now() WHERE id = '${valid}';
       SELECT registry.append_console_audit('token', '${valid}', NULL, 'token.revoke', 'soar', NULL, NULL)`,
    );
    await database.owner.query(`UPDATE registry.tokens SET revoked_at = NULL WHERE id = '${valid}'`);
    expect(await entries()).toHaveLength(1);
  });

  it.each([
    ['operator', annsSession, 'alert.change'],
    ['operator', annsSession, 'quarantine.release'],
    ['operator', annsSession, 'audit.expire'],
    ['operator', annsSession, 'quarantine.refuse'],
    ['operator', annsSession, 'quarantine.expire'],
    ['operator', annsSession, 'rescan-wave.end'],
    ['operator', annsSession, 'session.refuse'],
    ['system', 'system', 'audit.expire'],
    ['system', 'system', 'operator.delete'],
    ['system', 'sign-in', 'token.add'],
    ['system', 'ann', 'settings.change'],
  ])('the console cannot write as %s %s that %s happened', async (kind, proof, action) => {
    await expect(consoleEntry(kind, proof, action)).rejects.toMatchObject({ code: '42501' });
    expect(await entries()).toEqual([]);
  });

  it('results enters what the console announced, once, in the name of who asked', async () => {
    const id = await announce('operator', annsSession, 'alert.change');
    await ledgerEntry(id, 'alert.change');
    await expect(ledgerEntry(id, 'alert.change')).rejects.toMatchObject({ code: '42501' });
    expect(await entries()).toEqual([
      { actor: 'ann', actor_kind: 'operator', address: '192.0.2.1', action: 'alert.change' },
    ]);
  });

  it('results enters by itself that held mail expired, and only that', async () => {
    await asResults(`SELECT registry.note_expired_holds('scan 1', '{"ids":["1"]}')`);
    expect(await entries()).toEqual([
      { actor: 'system', actor_kind: 'system', address: null, action: 'quarantine.expire' },
    ]);
    await expect(asConsole(`SELECT registry.note_expired_holds('scan 1', '{}')`)).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('results enters by itself that a wave of scans of kept objects began and ended, and only that', async () => {
    await asResults(
      `SELECT registry.note_rescan_wave(true, 7, '{}'), registry.note_rescan_wave(false, 7, '{}')`,
    );
    const entry = { actor: 'system', actor_kind: 'system', address: null };
    expect(await entries()).toEqual([
      { ...entry, action: 'rescan-wave.begin' },
      { ...entry, action: 'rescan-wave.end' },
    ]);
    await expect(asConsole(`SELECT registry.note_rescan_wave(true, 7, '{}')`)).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('results cannot turn what was announced into another change', async () => {
    const id = await announce('operator', annsSession, 'alert.change');
    for (const action of ['quarantine.release', 'operator.delete', 'audit.expire'])
      await expect(ledgerEntry(id, action)).rejects.toMatchObject({ code: '42501' });
    await expect(ledgerEntry('00000000-0000-4000-8000-000000000009', 'alert.change')).rejects.toMatchObject({
      code: '42501',
    });
    expect(await entries()).toEqual([]);
  });

  it('the console announces nothing that results does not do', async () => {
    for (const action of ['operator.delete', 'audit.expire'])
      await expect(announce('operator', annsSession, action)).rejects.toMatchObject({ code: '42501' });
  });

  it('an announcement is good for ten minutes, and gone after an hour', async () => {
    const id = await announce('operator', annsSession, 'alert.change');
    const age = (interval: string) =>
      database.owner.query(
        `UPDATE registry.announced_changes SET announced_at = announced_at - interval '${interval}'`,
      );
    await age('11 minutes');
    await expect(ledgerEntry(id, 'alert.change')).rejects.toMatchObject({ code: '42501' });
    await age('50 minutes');
    await announce('operator', annsSession, 'alert.change');
    const { rows } = await database.owner.query('SELECT id FROM registry.announced_changes');
    expect(rows).toHaveLength(1);
    expect(rows).not.toContainEqual({ id });
  });
});
