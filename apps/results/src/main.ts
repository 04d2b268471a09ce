import { createLogger, readConfig, runService, stopInOrder } from '@sluice/runtime';
import { resultsConfigSchema } from './results.config.js';
import { startResults } from './start-results.js';

const stopDeadlineMs = 20_000;

runService('results', async () => {
  const config = readConfig(resultsConfigSchema);
  const logger = createLogger({ service: 'results', instance: config.INSTANCE, level: config.LOG_LEVEL });
  const { stopSteps } = await startResults(config, logger);
  stopInOrder(logger, stopSteps, stopDeadlineMs);
});
