import 'reflect-metadata';
import { createLogger, readConfig, runService, stopInOrder } from '@sluice/runtime';
import { sensorConfigSchema } from './sensor.config.js';
import { startSensor } from './start-sensor.js';

/** Beyond the time in which what is being judged is finished. */
const stopDeadlineMs = 15_000;

runService('sensor', async () => {
  const config = readConfig(sensorConfigSchema);
  const logger = createLogger({ service: 'sensor', instance: config.INSTANCE, level: config.LOG_LEVEL });
  stopInOrder(logger, await startSensor(config, logger), stopDeadlineMs);
});
