import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { migrate } from './migrate.js';
import { aloneWithLogins } from './testing/alone-with-logins.js';
import { createEmptyDatabase, type EmptyDatabase } from './testing/empty-database.js';

describe('a service’s login', () => {
  it('takes a share of the connections, and leaves the others theirs', () =>
    aloneWithLogins(async () => {
      const database = await createEmptyDatabase();
      const password = 'for-the-test';
      await migrate(database.url, { notifierPassword: password });
      const { rows } = await database.owner.query(`SELECT current_setting('max_connections')::int AS most`);
      const most = rows[0]?.most as number;
      const connectionString = Object.assign(new URL(database.url), {
        username: 'sluice_notifier',
        password,
      }).href;
      const open: pg.Client[] = [];
      const takeAll = async (): Promise<void> => {
        while (open.length <= most) {
          const client = new pg.Client({ connectionString });
          await client.connect();
          open.push(client);
        }
      };
      try {
        await expect(takeAll()).rejects.toThrow('too many connections for role "sluice_notifier"');
        expect(open.length).toBeGreaterThanOrEqual(4);
        expect(open.length).toBeLessThan(most / 2);
      } finally {
        await Promise.all(open.map((client) => client.end()));
        await database.drop();
      }
    }));
});

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

  it('let results read the seven views of the registry and nothing else of it', async () => {
    for (const view of [
      'accepted_certificates',
      'certificate_entries',
      'deletions',
      'setting_values',
      'unexamined_policies',
      'releasing_callers',
    ])
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

  it('let the console see which kept object is scanned again next, and nothing of how that is found out', async () => {
    await database.owner.query(
      `INSERT INTO ledger.decision_sets VALUES ('set', now());
       INSERT INTO ledger.instances VALUES ('scanner', 's',
         '{"isReady": true, "slots": 4, "decisionSet": "set", "registryRevision": 9, "engines": []}', now());
       INSERT INTO ledger.rescan_waves (decision_set, began_at, kept_days, in_flight, objects, progress_at)
       VALUES ('set', now(), 30, 2, 1, now());
       INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, submission_id)
       VALUES ('key', 1, now(), now(), gen_random_uuid())`,
    );
    expect((await console_('SELECT object_key FROM ledger.rescan_due')).rows).toEqual([
      { object_key: 'key' },
    ]);
    await expect(notifier('SELECT ledger.rescan_room(2, $$set$$)')).rejects.toThrow('permission denied');
    await expect(console_('SELECT FROM ledger.rescan_waves')).rejects.toThrow('permission denied');
    await database.owner.query(
      'TRUNCATE ledger.kept_objects, ledger.rescan_waves, ledger.instances, ledger.decision_sets',
    );
  });

  it.each([
    ['sluice_console', `INSERT INTO registry.audit (actor, actor_kind, action) VALUES ('a', 'system', 'x')`],
    ['sluice_console', `UPDATE registry.audit SET actor = 'b'`],
    ['sluice_console', 'DELETE FROM registry.audit'],
    ['sluice_console', 'TRUNCATE registry.audit'],
    ['sluice_console', `UPDATE registry.audit_head SET hash = 'x'`],
    ['sluice_console', `UPDATE registry.audit_checkpoint SET hash = 'x'`],
    ['sluice_console', 'ALTER TABLE registry.audit DISABLE TRIGGER ALL'],
    ['sluice_console', `SELECT setval('registry.audit_id_seq', 1)`],
    ['sluice_results', 'DELETE FROM registry.audit'],
    ['sluice_results', 'SELECT * FROM registry.audit'],
    ['sluice_results', 'SELECT registry.expire_audit(1)'],
    [
      'sluice_console',
      `SELECT registry.append_audit('ann', 'operator', NULL, 'alert.change', NULL, NULL, NULL)`,
    ],
    [
      'sluice_results',
      `SELECT registry.append_audit('ann', 'operator', NULL, 'alert.change', NULL, NULL, NULL)`,
    ],
    [
      'sluice_results',
      `SELECT registry.append_console_audit('system', 'system', NULL, 'settings.change', NULL, NULL, NULL)`,
    ],
    ['sluice_results', `SELECT registry.announce_change('operator', 'x', NULL, 'alert.change')`],
    [
      'sluice_results',
      `INSERT INTO registry.announced_changes (actor, actor_kind, action) VALUES ('ann', 'operator', 'scan.rescan')`,
    ],
    ['sluice_results', 'SELECT * FROM registry.announced_changes'],
    [
      'sluice_console',
      `INSERT INTO registry.announced_changes (actor, actor_kind, action) VALUES ('ann', 'operator', 'scan.rescan')`,
    ],
    ['sluice_console', `UPDATE registry.announced_changes SET actor = 'bob'`],
    ['sluice_console', 'SELECT registry.append_ledger_audit(gen_random_uuid(), NULL, NULL, NULL, NULL)'],
    [
      'sluice_notifier',
      `SELECT registry.append_console_audit('system', 'system', NULL, 'settings.change', NULL, NULL, NULL)`,
    ],
    ['sluice_notifier', 'SELECT registry.append_ledger_audit(gen_random_uuid(), NULL, NULL, NULL, NULL)'],
    ['sluice_notifier', `SELECT registry.append_audit('a', 'system', NULL, 'x', NULL, NULL, NULL)`],
    ['sluice_notifier', 'SELECT registry.expire_audit(1)'],
    ['sluice_notifier', 'DELETE FROM registry.audit'],
  ])('keep %s from the audit log but through its functions: %s', async (role, sql) => {
    await expect(database.as(role, sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('let results alone close a group of objects, and give objects other keys', async () => {
    const asked = [
      `SELECT * FROM ledger.close_groups('{a}')`,
      `SELECT ledger.rekey_objects('{a}', '{b}', now())`,
      'SELECT FROM ledger.group_files',
      'DELETE FROM ledger.group_files',
    ];
    for (const sql of asked) await results(sql);
    for (const sql of asked) {
      await expect(console_(sql)).rejects.toThrow('permission denied');
      await expect(notifier(sql)).rejects.toThrow('permission denied');
    }
  });

  it('cannot write through views, which write with their owner’s rights', async () => {
    await database.owner.query(
      `INSERT INTO ledger.failed_jobs (kind, reason, failed_at) VALUES ('message', 'x', now())`,
    );
    for (const sql of [
      'DELETE FROM deliveries.failed_jobs',
      'INSERT INTO deliveries.outbox (alert_id) VALUES (1)',
      `UPDATE deliveries.outbox SET created_at = now()`,
    ])
      await expect(notifier(sql)).rejects.toThrow('permission denied');
    await expect(console_('DELETE FROM registry.setting_values')).rejects.toThrow('permission denied');
    await database.owner.query('DELETE FROM ledger.failed_jobs');
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

  it('let the notifier write how a release went, and neither what is sent nor where to', async () => {
    await notifier(`UPDATE ledger.releases SET state = 'delivered', pending = '{}', finished_at = now()`);
    for (const sql of [
      `UPDATE ledger.releases SET recipients = '{a@example.org}'`,
      `UPDATE ledger.releases SET object_key = 'x'`,
      'DELETE FROM ledger.releases',
      `INSERT INTO ledger.release_tickets (release_id) VALUES (gen_random_uuid())`,
      'SELECT * FROM ledger.release_tickets',
      'SELECT * FROM ledger.kept_objects',
    ])
      await expect(notifier(sql)).rejects.toThrow('permission denied');
    await expect(console_('SELECT * FROM ledger.releases')).rejects.toThrow('permission denied');
    expect((await console_('SELECT * FROM ledger.quarantine_list')).rows).toEqual([]);
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
