import { createDatabase, type Database } from '@sluice/database';
import type { TestSystem } from './test-system.js';

/** Works in a system's database with its owner's login: looks anywhere, or lets days pass. */
export async function asOwner<Result>(
  system: TestSystem,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = createDatabase({
    url: system.servers.ownerUrl,
    poolSize: 1,
    queryTimeoutMs: 20_000,
    logger: { warn: () => undefined },
  });
  try {
    return await work(database);
  } finally {
    await database.end();
  }
}
