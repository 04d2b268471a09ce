import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { databaseRoles } from '../roles.js';

export interface EmptyDatabase {
  readonly url: string;
  readonly owner: pg.Client;
  /** Runs `sql` with the rights of a service's role. */
  as(role: string, sql: string): Promise<pg.QueryResult>;
  drop(): Promise<void>;
}

/** A fresh database on the server TEST_DATABASE_URL names, with the services' roles in being and nothing else. */
export async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const server = new URL(process.env['TEST_DATABASE_URL'] ?? 'set TEST_DATABASE_URL');
  const name = `sluice_test_${randomBytes(6).toString('hex')}`;
  await run(server.href, `CREATE DATABASE ${name}`);
  for (const role of Object.values(databaseRoles)) await ensureRole(server.href, role);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  return {
    url,
    owner,
    as: async (role, sql) => {
      await owner.query(`BEGIN; SET LOCAL ROLE ${role}`);
      try {
        const result = await owner.query(sql);
        await owner.query('COMMIT');
        return result;
      } catch (error) {
        await owner.query('ROLLBACK');
        throw error;
      }
    },
    drop: async () => {
      await owner.end();
      await run(server.href, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Roles belong to the server: another suite may be making the same one. */
async function ensureRole(url: string, role: string): Promise<void> {
  await run(url, `CREATE ROLE ${role} LOGIN`).catch((error: unknown) => {
    const { code } = error as { code?: string };
    if (code !== '42710' && code !== '23505') throw error;
  });
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
