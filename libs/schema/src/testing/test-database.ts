import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../migrate.js';
import { readSqlFiles, sha256Of } from '../sql-files.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Any number no other software takes: one makes the template, the others wait for it. */
const templateLock = 5_731_092_747;

/**
 * A fresh, migrated database on the server `TEST_DATABASE_URL` (else `DATABASE_URL`) names; its login must be allowed
 * to create databases. `drop` ends whoever is still connected, so a suite that leaks a pool fails loudly there.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL'];
  if (server === undefined) throw new Error('set TEST_DATABASE_URL to a PostgreSQL server for tests');
  const name = `sluice_test_${randomBytes(6).toString('hex')}`;
  await runOn(server, async (client) => {
    const template = await readyTemplate(client, server);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const url = withDatabase(server, name);
  // What is granted on a database is not copied.
  await migrate(url);
  return {
    url,
    drop: () =>
      runOn(server, async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`))),
  };
}

/** A copy costs a tenth of the migrations. Its name says what they are, so another state has another template. */
async function readyTemplate(client: pg.Client, server: string): Promise<string> {
  const digest = sha256Of(JSON.stringify(readSqlFiles())).slice(0, 16);
  const template = `sluice_template_${digest}`;
  await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) await createTemplate(client, server, template);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [templateLock]);
  }
  return template;
}

/** Under another name until it is whole. */
async function createTemplate(client: pg.Client, server: string, template: string): Promise<void> {
  const draft = `${template}_draft`;
  await client.query(`DROP DATABASE IF EXISTS ${draft}`);
  await client.query(`CREATE DATABASE ${draft}`);
  await migrate(withDatabase(server, draft));
  await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function runOn<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
