import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from './migrate.js';
import { createEmptyDatabase, type EmptyDatabase } from './testing/empty-database.js';

describe('the services’ roles', () => {
  let database: EmptyDatabase;
  const results = (sql: string) => database.as('sluice_results', sql);
  const console_ = (sql: string) => database.as('sluice_console', sql);
  const notifier = (sql: string) => database.as('sluice_notifier', sql);

  beforeAll(async () => {
    database = await createEmptyDatabase();
    await migrate(database.url);
  });
  afterAll(() => database.drop());

  it('let results read the five views of the registry and nothing else of it', async () => {
    for (const view of ['accepted_certificates', 'certificate_entries', 'deletions', 'setting_values'])
      expect((await results(`SELECT * FROM registry.${view}`)).rows).toEqual([]);
    expect((await results('SELECT * FROM registry.current_revision')).rows).toEqual([
      { value: '1', oldest_delta: '0' },
    ]);
    for (const table of [
      'operators',
      'tokens',
      'sessions',
      'settings',
      'audit',
      'certificates',
      'registrations',
    ])
      await expect(results(`SELECT * FROM registry.${table}`)).rejects.toThrow('permission denied');
  });

  it('keep the console from rewriting its audit log', async () => {
    await console_(`INSERT INTO registry.audit (actor, actor_kind, action) VALUES ('a', 'system', 'x')`);
    await expect(console_(`UPDATE registry.audit SET actor = 'b'`)).rejects.toThrow('permission denied');
  });

  it('let the notifier empty the outbox and read its views, and nothing else outside its schema', async () => {
    await notifier('DELETE FROM ledger.outbox');
    for (const view of ['alert_facts', 'outbox', 'instances', 'oldest_jobs', 'failed_jobs', 'certificates'])
      expect((await notifier(`SELECT * FROM deliveries.${view}`)).rows).toEqual([]);
    for (const sql of [
      'SELECT * FROM ledger.alerts',
      'SELECT * FROM registry.operators',
      'INSERT INTO ledger.outbox (alert_id) VALUES (1)',
      `UPDATE deliveries.rules SET name = 'x'`,
      'DELETE FROM deliveries.channel_secrets',
    ])
      await expect(notifier(sql)).rejects.toThrow('permission denied');
  });

  it('keep the console from reading sealed secrets and from touching the outbox', async () => {
    expect((await console_('SELECT channel_id, name FROM deliveries.channel_secrets')).rows).toEqual([]);
    for (const sql of [
      'SELECT sealed FROM deliveries.channel_secrets',
      'SELECT * FROM ledger.outbox',
      'DELETE FROM deliveries.deliveries',
      'DELETE FROM deliveries.attempts',
    ])
      await expect(console_(sql)).rejects.toThrow('permission denied');
  });
});
