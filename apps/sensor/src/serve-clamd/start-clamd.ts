import type { ClamdLimit, ListenAddress } from '@sluice/clamd-server';
import type { AddressList, Logger, StopStep } from '@sluice/runtime';
import { plainAddress } from '@sluice/runtime';
import type { Judge, Registration } from '../judge-objects/judge.js';
import { noteLimits } from '../note-limits.js';
import type { SensorMetrics } from '../sensor-metrics.js';
import { ClamdListener } from './clamd-listener.js';
import { chosenClamdSettings } from './clamd-settings.js';
import { clamdSettingsOf, readClamdTls } from './clamd.config.js';
import type { ClamdVariables } from './clamd.config.js';

/** How long what is being judged holds up a stop. */
const finishMs = 10_000;

export const clamdRegistration = (config: ClamdVariables): Registration => ({
  sensorId: config.SENSOR_CLAMD_SENSOR_ID,
  type: config.SENSOR_CLAMD_TYPE,
  name: config.SENSOR_CLAMD_NAME,
});

interface ClamdParts {
  readonly judge: Judge;
  readonly metrics: SensorMetrics;
  readonly spoolFolder: string;
  readonly logger: Logger;
}

export interface StartedClamd extends StopStep {
  /** What a gateway answered to `GET /scans/filters`: the policy of the console is in it. */
  readonly learn: (filters: unknown) => void;
}

export async function startClamd(
  config: ClamdVariables,
  address: ListenAddress,
  { judge, metrics, spoolFolder, logger }: ClamdParts,
): Promise<StartedClamd> {
  const tls = readClamdTls(config);
  const chosen = chosenClamdSettings(clamdSettingsOf(config), {
    onVersion: (version) => logger.info({ version }, 'the policy of the clamd listener changed'),
    onFault: (err) =>
      logger.error({ err }, 'the policy of the clamd listener cannot be read; the former one holds'),
  });
  const listener = new ClamdListener({
    judge,
    spoolFolder,
    logger,
    settings: () => chosen.current,
    server: {
      limits: {
        maxStreamBytes: config.SENSOR_CLAMD_MAX_BYTES,
        maxConnections: config.SENSOR_CLAMD_MAX_CONNECTIONS,
        maxScans: config.SENSOR_CLAMD_MAX_CONNECTIONS,
      },
      onLimit: noteLimits<ClamdLimit>('clamd', { metrics, logger }),
      ...(tls === null ? {} : { tls }),
      ...(address.kind === 'unix' ? {} : { isAllowed: allowedBy(config.SENSOR_CLAMD_FROM) }),
    },
    onJudged: (kind) => metrics.judged('clamd', kind),
  });
  metrics.watchInFlight('clamd', () => listener.scansInFlight);
  const mode = parseInt(config.SENSOR_CLAMD_SOCKET_MODE, 8);
  const port = await listener.listen(address.kind === 'unix' ? { ...address, mode } : address);
  logger.info(
    { ...address, ...(port === null ? {} : { port }), hasTls: tls !== null },
    'clamd listener is up',
  );
  return {
    name: 'clamd listener',
    learn: (filters) => chosen.learn(filters),
    run: () => listener.stop(finishMs),
  };
}

const allowedBy = (from: AddressList) => (address: string) => from.isEmpty || from.has(plainAddress(address));
