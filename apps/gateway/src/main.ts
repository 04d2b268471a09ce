import 'reflect-metadata';
import { createLogger, readConfig, runService, stopInOrder } from '@sluice/runtime';
import { gatewayConfigSchema } from './gateway.config.js';
import { startGateway } from './start-gateway.js';

const stopDeadlineMs = 15_000;

runService('gateway', async () => {
  const config = readConfig(gatewayConfigSchema);
  const logger = createLogger({ service: 'gateway', instance: config.INSTANCE, level: config.LOG_LEVEL });
  stopInOrder(logger, await startGateway(config, logger), stopDeadlineMs);
});
