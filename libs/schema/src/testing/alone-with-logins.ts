import pg from 'pg';

/** Any number no other software takes. */
const loginsLock = 5_731_092_749;

/**
 * For what gives the services' roles passwords and signs in with them. Roles belong to the server: a suite beside this one that
 * does the same would change the password in between, or be in the way of the change.
 */
export async function aloneWithLogins<Result>(work: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [loginsLock]);
    return await work();
  } finally {
    // Ends the lock with it.
    await client.end();
  }
}
