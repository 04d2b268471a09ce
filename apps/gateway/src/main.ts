import 'reflect-metadata';
import { createLogger, readConfig, runService, stopInOrder } from '@sluice/runtime';
import { gatewayConfigSchema } from './gateway.config.js';
import { startGateway } from './start-gateway.js';

/** Beyond the time in which balancers leave. */
const stopDeadlineMs = 15_000;

runService('gateway', async () => {
  const config = readConfig(gatewayConfigSchema);
  const logger = createLogger({ service: 'gateway', instance: config.INSTANCE, level: config.LOG_LEVEL });
  const deadlineMs = config.GATEWAY_LEAVE_SECONDS * 1000 + stopDeadlineMs;
  stopInOrder(logger, await startGateway(config, logger), deadlineMs);
});
