import { readConfig, runService } from '@sluice/runtime';
import { awaitDatabase, migrate } from '@sluice/schema';
import { migrateConfigSchema } from './migrate.config.js';

/** One-shot: brings the database up to this build and ends. Any number may run at once. */
runService('migrate', async () => {
  const config = readConfig(migrateConfigSchema);
  const log = (line: string) => {
    console.log(line);
  };
  await awaitDatabase(config.DATABASE_URL, { waitSeconds: config.DATABASE_WAIT_SECONDS, log });
  await migrate(config.DATABASE_URL, {
    resultsPassword: config.RESULTS_DATABASE_PASSWORD,
    consolePassword: config.CONSOLE_DATABASE_PASSWORD,
    notifierPassword: config.NOTIFIER_DATABASE_PASSWORD,
    log,
  });
});
