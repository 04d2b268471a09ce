import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate } from './migrate.js';
import { schemaProblem } from './schema-version.js';
import { createTestDatabase, type TestDatabase } from './testing/test-database.js';

const passwords = { resultsPassword: "it's", consolePassword: 'an"other', notifierPassword: 'third' };

describe('migrate', () => {
  let database: TestDatabase;
  let owner: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
  });

  afterAll(async () => {
    await owner.end();
    await database.drop();
  });

  const as = async (user: string, password: string, sql: string): Promise<pg.QueryResult> => {
    const url = new URL(database.url);
    url.username = user;
    url.password = password;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };

  it('may be run by several at once on an empty database', async () => {
    const lines: string[] = [];
    await owner.query('DROP SCHEMA IF EXISTS registry, ledger, deliveries, migrations CASCADE');
    await Promise.all([1, 2, 3].map(() => migrate(database.url, { log: (line) => lines.push(line) })));
    expect(lines.filter((line) => line.includes('Registry'))).toHaveLength(1);
    expect(await schemaProblem((sql) => owner.query(sql))).toBeNull();
  });

  it('says that a database was never migrated, or is older than the build', async () => {
    await owner.query('BEGIN');
    await owner.query(`UPDATE migrations.applied SET "timestamp" = "timestamp" - 10`);
    expect(await schemaProblem((sql) => owner.query(sql))).toContain('older');
    await owner.query('DROP TABLE migrations.applied');
    expect(await schemaProblem((sql) => owner.query(sql))).toContain('no schema');
    await owner.query('ROLLBACK');
  });

  it('lets results read the five views of the registry and nothing else of it', async () => {
    await migrate(database.url, passwords);
    const read = (what: string) =>
      as('sluice_results', passwords.resultsPassword, `SELECT * FROM registry.${what}`);
    for (const view of ['accepted_certificates', 'certificate_entries', 'deletions', 'setting_values'])
      expect((await read(view)).rows).toEqual([]);
    expect((await read('current_revision')).rows).toEqual([{ value: '1', oldest_delta: '0' }]);
    for (const table of [
      'operators',
      'tokens',
      'sessions',
      'settings',
      'audit',
      'certificates',
      'registrations',
    ])
      await expect(read(table)).rejects.toThrow('permission denied');
  });

  it('keeps the console from rewriting its audit log', async () => {
    await migrate(database.url, passwords);
    const run = (sql: string) => as('sluice_console', passwords.consolePassword, sql);
    await run(`INSERT INTO registry.audit (actor, actor_kind, action) VALUES ('a', 'system', 'x')`);
    await expect(run(`UPDATE registry.audit SET actor = 'b'`)).rejects.toThrow('permission denied');
  });

  it('lets the notifier empty the outbox and read its views, and nothing else outside its schema', async () => {
    await migrate(database.url, passwords);
    const run = (sql: string) => as('sluice_notifier', passwords.notifierPassword, sql);
    await run('DELETE FROM ledger.outbox');
    for (const view of ['alert_facts', 'outbox', 'instances', 'oldest_jobs', 'failed_jobs', 'certificates'])
      expect((await run(`SELECT * FROM deliveries.${view}`)).rows).toEqual([]);
    for (const sql of [
      'SELECT * FROM ledger.alerts',
      'SELECT * FROM registry.operators',
      'INSERT INTO ledger.outbox (alert_id) VALUES (1)',
      `UPDATE deliveries.rules SET name = 'x'`,
      'DELETE FROM deliveries.channel_secrets',
    ])
      await expect(run(sql)).rejects.toThrow('permission denied');
  });

  it('keeps the console from reading sealed secrets and from touching the outbox', async () => {
    await migrate(database.url, passwords);
    const run = (sql: string) => as('sluice_console', passwords.consolePassword, sql);
    expect((await run('SELECT channel_id, name FROM deliveries.channel_secrets')).rows).toEqual([]);
    for (const sql of [
      'SELECT sealed FROM deliveries.channel_secrets',
      'SELECT * FROM ledger.outbox',
      'DELETE FROM deliveries.deliveries',
      'DELETE FROM deliveries.attempts',
    ])
      await expect(run(sql)).rejects.toThrow('permission denied');
  });
});
