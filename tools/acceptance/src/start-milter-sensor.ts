import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { TestSystem } from './test-system.js';

const program = path.resolve(import.meta.dirname, '../../../apps/sensor/dist/main.js');

interface Place {
  /** Where its key and certificate lie, or will. */
  readonly folder: string;
  /** Of its milter listener. */
  readonly port: number;
  /** More of its settings. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A mail sensor before a system, as one beside a mail server is: it knows the gateway, its certificate and its own key. */
export const startMilterSensor = (
  system: Pick<TestSystem, 'gatewayUrl' | 'gatewayCertificateFile'>,
  { folder, port, variables = {} }: Place,
): ChildProcess =>
  spawn(process.execPath, [program], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      LOG_LEVEL: 'error',
      MANAGEMENT_PORT: '0',
      SENSOR_GATEWAYS: system.gatewayUrl,
      SENSOR_GATEWAY_CA_FILE: system.gatewayCertificateFile,
      SENSOR_CERT_FILE: path.join(folder, 'sensor.crt'),
      SENSOR_KEY_FILE: path.join(folder, 'sensor.key'),
      SENSOR_MILTER_LISTEN: `127.0.0.1:${port}`,
      ...variables,
    },
  });

/** Ends one that was started, and waits for its end; undefined: none was. */
export async function stopMilterSensor(sensor: ChildProcess | undefined): Promise<void> {
  if (sensor === undefined || sensor.exitCode !== null) return;
  const closed = once(sensor, 'close');
  sensor.kill('SIGTERM');
  await closed;
}
