import { readFile } from 'node:fs/promises';
import { formatFingerprint } from '@sluice/contracts';
import { NestFactory } from '@nestjs/core';
import {
  ConfigError,
  createMetrics,
  nestLogger,
  ReadinessModule,
  runSteps,
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
import { milterRegistration, startMilter } from './serve-milter/start-milter.js';

/**
 * Starts the listeners that are configured and returns the steps of an orderly stop. Gateways may come later, and an
 * operator's acceptance too: until then listeners answer by their policy, and the sensor is not ready.
 */
export async function startSensor(config: SensorConfig, logger: Logger): Promise<StopStep[]> {
  const isWanted = config.SENSOR_CLAMD_LISTEN !== null || config.SENSOR_MILTER_LISTEN !== null;
  if (!isWanted)
    throw new ConfigError(
      'SENSOR_CLAMD_LISTEN or SENSOR_MILTER_LISTEN has to be set: a sensor listens to something',
    );
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
  const watches = new Map<string, GatewayWatch>();
  const deps = { metrics, spoolFolder: config.SENSOR_SPOOL_DIR, logger };
  const listeners: StopStep[] = [];
  if (config.SENSOR_CLAMD_LISTEN !== null) {
    const judge = judgeFor(clamdRegistration(config));
    const listener = await startClamd(config, config.SENSOR_CLAMD_LISTEN, { ...deps, judge });
    listeners.push(listener);
    watches.set('clamd listener', new GatewayWatch(gateways, judge, fingerprint, listener.learn));
  }
  if (config.SENSOR_MILTER_LISTEN !== null) {
    const judge = judgeFor(milterRegistration(config));
    const listener = await startMilter(config, config.SENSOR_MILTER_LISTEN, { ...deps, judge });
    listeners.push(listener);
    watches.set('milter listener', new GatewayWatch(gateways, judge, fingerprint, listener.learn));
  }
  for (const watch of watches.values()) watch.start();

  const app = await NestFactory.createApplicationContext(ReadinessModule, {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  const management = await startManagement({
    app,
    host: config.MANAGEMENT_HOST,
    port: config.MANAGEMENT_PORT,
    checks: Object.fromEntries([...watches].map(([listener, watch]) => [listener, () => watch.check()])),
    metrics: registry,
  });
  logger.info({ managementPort: management.port, version: softwareVersion, fingerprint }, 'sensor started');
  return [
    // Each takes its ten seconds beside the other: a listener that were stopped last would get what is left of the deadline.
    { name: 'listeners', run: () => stopTogether(logger, listeners) },
    ...[...watches].map(([listener, watch]) => ({
      name: `gateways of the ${listener}`,
      run: () => watch.stop(),
    })),
    { name: 'connections', run: () => gateways.close() },
    { name: 'management', run: () => management.close() },
    { name: 'application', run: () => app.close() },
  ];
}

/** Throws when one of them did not stop; the others did by then. */
async function stopTogether(logger: Logger, steps: readonly StopStep[]): Promise<void> {
  const ended = await Promise.all(steps.map((step) => runSteps(logger, [step])));
  if (ended.includes(false)) throw new Error('a listener did not stop in order');
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
    throw new ConfigError(`SENSOR_GATEWAY_CA_FILE: cannot read ${file}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
