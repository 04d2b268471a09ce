import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../migrate.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * A fresh, migrated database on the server `TEST_DATABASE_URL` (else `DATABASE_URL`) names; its login must be allowed
 * to create databases. `drop` ends whoever is still connected, so a suite that leaks a pool fails loudly there.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL'];
  if (server === undefined) throw new Error('set TEST_DATABASE_URL to a PostgreSQL server for tests');
  const name = `sluice_test_${randomBytes(6).toString('hex')}`;
  await runOn(server, `CREATE DATABASE ${name}`);
  const url = withDatabase(server, name);
  await migrate(url);
  return { url, drop: () => runOn(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function runOn(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
