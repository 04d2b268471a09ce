import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import pg from 'pg';
import { migrate } from './migrate.js';
import { SchemaCheck, schemaProblem } from './schema-version.js';
import { readSqlFiles, sha256Of, type RepeatableFile, type SqlFiles } from './sql-files.js';
import { aloneWithLogins } from './testing/alone-with-logins.js';
import { createEmptyDatabase, type EmptyDatabase } from './testing/empty-database.js';

const today = readSqlFiles();
const versionedFile = (number: number, name: string, sql: string) => ({
  number,
  name,
  sql,
  sha256: sha256Of(sql),
});
const withRepeatable = (repeatable: readonly RepeatableFile[], files = today): SqlFiles => ({
  ...files,
  repeatable,
  repeatableDigest: sha256Of(JSON.stringify(repeatable)),
});
const withVersioned = (...added: ReturnType<typeof versionedFile>[]): SqlFiles => ({
  ...today,
  versioned: [...today.versioned, ...added],
});

describe('migrate', () => {
  let database: EmptyDatabase;
  const problem = () => schemaProblem((sql) => database.owner.query(sql));
  const existing = async (name: string) =>
    (await database.owner.query('SELECT to_regclass($1) IS NOT NULL AS is', [name])).rows[0]?.is as boolean;

  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  it('may be run by several at once on an empty database', async () => {
    expect(await problem()).toContain('no schema');
    const lines: string[] = [];
    await Promise.all([1, 2, 3].map(() => migrate(database.url, { log: (line) => lines.push(line) })));
    expect(lines.filter((line) => line.includes('0001-registry'))).toHaveLength(1);
    expect(lines.filter((line) => line === 'the schema is up to date')).toHaveLength(2);
    expect(await problem()).toBeNull();
  });

  it('fills gaps: what has a lower number and comes later is applied as well', async () => {
    const high = versionedFile(9002, '9002-high', 'CREATE TABLE ledger.high (n integer)');
    const low = versionedFile(9001, '9001-low', 'CREATE TABLE ledger.low (n integer)');
    await migrate(database.url, { files: withVersioned(high) });
    await migrate(database.url, { files: withVersioned(low, high) });
    expect([await existing('ledger.low'), await existing('ledger.high')]).toEqual([true, true]);
    expect(await problem()).toBeNull();
  });

  it('leaves a database alone that a newer build has migrated', async () => {
    const lines: string[] = [];
    await migrate(database.url, { log: (line) => lines.push(line), files: withRepeatable([]) });
    expect(lines.join()).toContain('a newer build has migrated this database (9002-high, 9001-low)');
    expect(await existing('ledger.scan_list')).toBe(true);
    await database.owner.query(
      'DROP TABLE ledger.low, ledger.high; DELETE FROM migrations.applied WHERE "timestamp" % 10000 > 9000',
    );
  });

  it('refuses a versioned file that was changed after it was applied', async () => {
    const [first, ...rest] = today.versioned;
    if (first === undefined) throw new Error('no versioned file');
    const changed = versionedFile(first.number, first.name, `${first.sql} `);
    await expect(
      migrate(database.url, { files: { ...today, versioned: [changed, ...rest] } }),
    ).rejects.toThrow(`${first.name}.sql was changed after it was applied`);
    const other = versionedFile(first.number, '0001-other', first.sql);
    await migrate(database.url, { files: { ...today, versioned: [other, ...rest] } });
  });

  it('makes functions and views anew in whatever way they changed, for the roles that use them', async () => {
    const changed = today.repeatable
      .filter(({ name }) => name !== 'ledger/verdict_times' && name !== 'ledger/time_series')
      .map((file) => {
        if (file.name === 'registry/setting_values')
          return {
            ...file,
            sql: 'CREATE VIEW registry.setting_values AS SELECT revision, value, key, true AS added FROM registry.settings',
          };
        if (file.name === 'ledger/admit')
          return {
            ...file,
            sql: 'CREATE FUNCTION ledger.admit(more text) RETURNS integer LANGUAGE sql AS $$ SELECT 7 $$',
          };
        return file;
      });
    await migrate(database.url, { files: withRepeatable(changed) });
    expect((await database.as('sluice_results', `SELECT ledger.admit('x') AS n`)).rows).toEqual([{ n: 7 }]);
    const { fields } = await database.as('sluice_results', 'SELECT * FROM registry.setting_values');
    expect(fields.map(({ name }) => name)).toEqual(['revision', 'value', 'key', 'added']);
    expect(await existing('ledger.verdict_times')).toBe(false);
    await migrate(database.url);
    expect(await existing('ledger.verdict_times')).toBe(true);
    await expect(database.owner.query(`SELECT ledger.admit('x')`)).rejects.toThrow('does not exist');
  });

  it('tells a service whose functions an earlier build has put back', async () => {
    const newer = withRepeatable(today.repeatable.filter(({ name }) => name !== 'ledger/time_series'));
    const older = withRepeatable(today.repeatable.filter(({ name }) => name !== 'ledger/admit'));
    await database.owner.query('DELETE FROM migrations.repeatable');
    for (const files of [older, today, newer]) await migrate(database.url, { files });
    expect(await problem()).toBeNull();
    await migrate(database.url, { files: older });
    expect(await problem()).toContain('older');
    await migrate(database.url);
  });

  it('changes nothing when a part of it fails, and names the file', async () => {
    const broken = withVersioned(
      versionedFile(9003, '9003-broken', 'CREATE TABLE ledger.half (n integer); SELECT 1/0'),
    );
    await expect(migrate(database.url, { files: broken })).rejects.toThrow(
      '9003-broken.sql: division by zero',
    );
    const lacking = [
      ...today.repeatable,
      { name: 'ledger/x', sql: 'CREATE VIEW ledger.x AS SELECT * FROM ledger.nowhere' },
    ];
    await expect(migrate(database.url, { files: withRepeatable(lacking) })).rejects.toThrow(
      'sql/ledger/x.sql needs what no other file brings: relation "ledger.nowhere" does not exist',
    );
    expect(await existing('ledger.half')).toBe(false);
    expect(await existing('ledger.scan_list')).toBe(true);
    expect(await problem()).toBeNull();
  });

  it('lets the services pass while someone holds a lock, and goes on when it is free', async () => {
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    // Its lock would hold up every migrate after this one.
    onTestFinished(() => reader.end());
    await reader.query('BEGIN; SELECT * FROM ledger.scan_list');
    const files = withRepeatable(today.repeatable.filter(({ name }) => name !== 'ledger/time_series'));
    let done = Promise.resolve();
    const line = await new Promise<string>((log) => (done = migrate(database.url, { files, log })));
    expect(line).toContain('tables are in use');
    await database.as('sluice_console', 'SELECT * FROM ledger.scan_list');
    await reader.query('COMMIT');
    await done;
    await migrate(database.url);
  });

  it('says that a database lacks a table or is older than the build', async () => {
    await database.owner.query('BEGIN');
    onTestFinished(async () => void (await database.owner.query('ROLLBACK')));
    await database.owner.query('DELETE FROM migrations.applied WHERE "timestamp" % 10000 = 3');
    expect(await problem()).toContain('older');
    await database.owner.query('DROP TABLE migrations.repeatable');
    expect(await problem()).toContain('older');
    await database.owner.query('DROP TABLE migrations.applied');
    expect(await problem()).toContain('no schema');
  });

  it('says so as well, and when it is over, where it is asked again and again', async () => {
    const { owner } = database;
    let asked = 0;
    const check = new SchemaCheck((sql, values) => ((asked += 1), owner.query(sql, values)));
    expect(await check.problem()).toBeNull();
    const first = asked;
    expect(await check.problem()).toBeNull();
    expect(asked - first).toBe(1);
    await owner.query('UPDATE migrations.applied SET "timestamp" = -3 WHERE "timestamp" % 10000 = 3');
    expect(await check.problem()).toContain('older');
    await owner.query('UPDATE migrations.applied SET "timestamp" = 1763700000003 WHERE "timestamp" = -3');
    expect(await check.problem()).toBeNull();
    await owner.query('UPDATE migrations.repeatable SET digest = digest || $1', ['x']);
    expect(await check.problem()).toContain('older');
    await owner.query(`UPDATE migrations.repeatable SET digest = rtrim(digest, 'x')`);
    expect(await check.problem()).toBeNull();
    await owner.query('ALTER TABLE migrations.applied RENAME TO hidden');
    try {
      expect(await check.problem()).toContain('no schema');
    } finally {
      await owner.query('ALTER TABLE migrations.hidden RENAME TO applied');
    }
    expect(await check.problem()).toBeNull();
  });

  it('makes roles that sign in with the passwords it was given', () =>
    aloneWithLogins(async () => {
      const password = `it's "other"`;
      await migrate(database.url, { notifierPassword: password });
      const url = Object.assign(new URL(database.url), { username: 'sluice_notifier', password });
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      expect((await client.query('SELECT current_user AS name')).rows).toEqual([{ name: 'sluice_notifier' }]);
      await client.end();
    }));
});
