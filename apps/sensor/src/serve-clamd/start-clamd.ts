import type { ListenAddress } from '@sluice/clamd-server';
import type { AddressList, Logger, StopStep } from '@sluice/runtime';
import { plainAddress } from '@sluice/runtime';
import type { Judge, Registration } from '../judge-objects/judge.js';
import type { SensorMetrics } from '../sensor-metrics.js';
import { ClamdListener } from './clamd-listener.js';
import { readClamdTls } from './clamd.config.js';
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

export async function startClamd(
  config: ClamdVariables,
  address: ListenAddress,
  { judge, metrics, spoolFolder, logger }: ClamdParts,
): Promise<StopStep> {
  const tls = readClamdTls(config);
  const listener = new ClamdListener({
    judge,
    spoolFolder,
    logger,
    policy: {
      names: config.SENSOR_CLAMD_NAMES,
      whenNotExamined: config.SENSOR_CLAMD_WHEN_NOT_EXAMINED,
      whenAway: config.SENSOR_CLAMD_WHEN_AWAY,
      cutLengths: config.SENSOR_CLAMD_CUT_LENGTHS,
    },
    server: {
      limits: {
        maxStreamBytes: config.SENSOR_CLAMD_MAX_BYTES,
        maxConnections: config.SENSOR_CLAMD_MAX_CONNECTIONS,
        maxScans: config.SENSOR_CLAMD_MAX_CONNECTIONS,
      },
      ...(tls === null ? {} : { tls }),
      ...(address.kind === 'unix' ? {} : { isAllowed: allowedBy(config.SENSOR_CLAMD_FROM) }),
    },
    holdMs: config.SENSOR_CLAMD_HOLD_SECONDS * 1000,
    onJudged: (kind) => metrics.judged('clamd', kind),
  });
  metrics.watchInFlight('clamd', () => listener.scansInFlight);
  const mode = parseInt(config.SENSOR_CLAMD_SOCKET_MODE, 8);
  const port = await listener.listen(address.kind === 'unix' ? { ...address, mode } : address);
  logger.info(
    { ...address, ...(port === null ? {} : { port }), hasTls: tls !== null },
    'clamd listener is up',
  );
  return { name: 'clamd listener', run: () => listener.stop(finishMs) };
}

const allowedBy = (from: AddressList) => (address: string) => from.isEmpty || from.has(plainAddress(address));
