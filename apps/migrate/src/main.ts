import { readConfig, runService } from '@sluice/runtime';
import { migrate } from '@sluice/schema';
import { migrateConfigSchema } from './migrate.config.js';

/** One-shot: brings the database up to this build and ends. Any number may run at once. */
runService('migrate', async () => {
  const config = readConfig(migrateConfigSchema);
  await migrate(config.DATABASE_URL, {
    resultsPassword: config.RESULTS_DATABASE_PASSWORD,
    consolePassword: config.CONSOLE_DATABASE_PASSWORD,
    notifierPassword: config.NOTIFIER_DATABASE_PASSWORD,
    log: (line) => {
      console.log(line);
    },
  });
});
