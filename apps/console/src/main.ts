import 'reflect-metadata';
import { createLogger, readConfig, runService, stopInOrder } from '@sluice/runtime';
import { consoleConfigSchema } from './console.config.js';
import { startConsole } from './start-console.js';

const stopDeadlineMs = 15_000;

runService('console', async () => {
  const config = readConfig(consoleConfigSchema);
  const logger = createLogger({ service: 'console', instance: config.INSTANCE, level: config.LOG_LEVEL });
  stopInOrder(logger, await startConsole(config, logger), stopDeadlineMs);
});
