import 'reflect-metadata';
import { createLogger, readConfig, runService, stopInOrder } from '@sluice/runtime';
import { scannerConfigSchema } from './scanner.config.js';
import { startScanner, stopDeadlineMs } from './start-scanner.js';

runService('scanner', async () => {
  const config = readConfig(scannerConfigSchema);
  const logger = createLogger({ service: 'scanner', instance: config.INSTANCE, level: config.LOG_LEVEL });
  stopInOrder(logger, await startScanner(config, logger), stopDeadlineMs);
});
