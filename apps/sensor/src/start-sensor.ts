import { readFile } from 'node:fs/promises';
import { formatFingerprint } from '@sluice/contracts';
import { NestFactory } from '@nestjs/core';
import {
  ConfigError,
  createMetrics,
  nestLogger,
  ReadinessModule,
  softwareVersion,
  startManagement,
} from '@sluice/runtime';
import type { Logger, StopStep } from '@sluice/runtime';
import { certificateFingerprint, ensureKeyPair } from '@sluice/tls';
import { Gateways } from './ask-gateways/gateways.js';
import { GatewayWatch } from './ask-gateways/watch-gateways.js';
import { Judge } from './judge-objects/judge.js';
import type { Registration } from './judge-objects/judge.js';
import type { SensorConfig } from './sensor.config.js';
import { createSensorMetrics } from './sensor-metrics.js';
import { clamdRegistration, startClamd } from './serve-clamd/start-clamd.js';

/**
 * Starts the listeners that are configured and returns the steps of an orderly stop. Gateways may come later, and an
 * operator's acceptance too: until then listeners answer by their policy, and the sensor is not ready.
 */
export async function startSensor(config: SensorConfig, logger: Logger): Promise<StopStep[]> {
  if (config.SENSOR_CLAMD_LISTEN === null)
    throw new ConfigError('SENSOR_CLAMD_LISTEN is not set: a sensor has to listen to something');
  const identity = await readIdentity(config);
  const fingerprint = formatFingerprint(certificateFingerprint(identity.certPem));
  const gateways = new Gateways({
    urls: config.SENSOR_GATEWAYS,
    identity,
    onChange: (gateway, err) => {
      if (err === null) logger.info({ gateway }, 'gateway answers again');
      else logger.warn({ gateway, err }, 'gateway does not answer');
    },
  });
  const registry = createMetrics('sensor');
  const metrics = createSensorMetrics(registry);
  const judgeFor = (registration: Registration): Judge =>
    new Judge({
      gateways,
      registration,
      onFault: (problem, details) => logger.error({ ...details, sensorId: registration.sensorId }, problem),
    });
  const clamdJudge = judgeFor(clamdRegistration(config));
  const watch = new GatewayWatch(gateways, clamdJudge, fingerprint);
  watch.start();
  const spoolFolder = config.SENSOR_SPOOL_DIR;
  const clamd = await startClamd(config, { judge: clamdJudge, metrics, spoolFolder, logger });

  const app = await NestFactory.createApplicationContext(ReadinessModule, {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  const management = await startManagement({
    app,
    host: config.MANAGEMENT_HOST,
    port: config.MANAGEMENT_PORT,
    checks: {
      'clamd listener': () => {
        if (watch.problem !== null) throw new Error(watch.problem);
      },
    },
    metrics: registry,
  });
  logger.info({ managementPort: management.port, version: softwareVersion, fingerprint }, 'sensor started');
  return [
    ...[clamd].filter((step) => step !== null),
    { name: 'gateways', run: () => watch.stop() },
    { name: 'connections', run: () => gateways.close() },
    { name: 'management', run: () => management.close() },
    { name: 'application', run: () => app.close() },
  ];
}

async function readIdentity(config: SensorConfig) {
  const pair = await ensureKeyPair({
    certFile: config.SENSOR_CERT_FILE,
    keyFile: config.SENSOR_KEY_FILE,
    names: [`Sluice sensor ${config.INSTANCE}`.slice(0, 64)],
    usage: 'client',
  });
  const file = config.SENSOR_GATEWAY_CA_FILE;
  if (file === undefined) return { ...pair, trustedPem: null };
  try {
    return { ...pair, trustedPem: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new ConfigError(`SENSOR_GATEWAY_CA_FILE: can't read ${file}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
