import { tmpdir } from 'node:os';
import { envList, processEnvironment } from '@sluice/runtime';
import { z } from 'zod';
import { clamdVariables } from './serve-clamd/clamd.config.js';
import { milterVariables } from './serve-milter/milter.config.js';

/** Everything a sensor reads from its environment. It knows gateways and nothing behind them. */
export const sensorConfigSchema = z.object({
  ...processEnvironment,
  /** `https://HOST:PORT`, several with commas: the next is asked at once when one is away. */
  SENSOR_GATEWAYS: envList().pipe(
    z.array(z.url({ protocol: /^https$/, error: 'has to be https:// addresses' })).min(1),
  ),
  /** PEM the gateways' certificates are checked against; absent: the authorities of the system. */
  SENSOR_GATEWAY_CA_FILE: z.string().optional(),
  /** The sensor's own key and certificate; made when missing. Operators accept its fingerprint. */
  SENSOR_CERT_FILE: z.string().min(1),
  SENSOR_KEY_FILE: z.string().min(1),
  /** Where objects of more than 64 KiB wait for their verdict, in files without a name. */
  SENSOR_SPOOL_DIR: z.string().default(() => tmpdir()),
  ...clamdVariables,
  ...milterVariables,
});
export type SensorConfig = z.infer<typeof sensorConfigSchema>;
