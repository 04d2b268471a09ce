import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  handOver,
  makeDirectory,
  readServiceSecret,
  StartError,
  type ServerContext,
  type SupervisedProcess,
  surroundingsOf,
  writePrivateFile,
} from '@sluice/private-servers';
import { listenText, registrationOf, type SensorDoor, type SensorRegistration } from './sensor-doors.js';
import type { Environment } from './service-environments.js';
import { startRank, type Running } from './start-services.js';
import type { SystemOptions } from './system-options.js';

export interface SensorToStart {
  readonly doors: readonly SensorDoor[];
  /** Has the sensor's certificate accepted, as an operator would; called while the sensor waits for it. */
  readonly register: (registration: SensorRegistration, certificateFile: string) => Promise<void>;
}

interface Gateways {
  readonly urls: readonly string[];
  readonly certificateFile: string;
}

const certificateMs = 30_000;

/** One process for all its listeners, as an external system: it gets the gateways' addresses and nothing else of ours. */
export async function startSensor(
  options: SystemOptions,
  { sensor, gateways, running }: { sensor: SensorToStart; gateways: Gateways; running: Running },
): Promise<SupervisedProcess> {
  const { home, account: shared } = running.context;
  const { account } = surroundingsOf('sensor', running.context);
  if (shared !== null && account !== null) handOver(path.join(home, 'sensor'), shared, account);
  const folder = makeDirectory(path.join(home, 'sensor'), 'service', account);
  const certificateFile = path.join(folder, 'sensor.crt');
  const variables = Object.entries((options.variables ?? {}) as Environment);
  const environment = {
    ...Object.fromEntries(variables.filter(([name]) => /^(SENSOR_|LOG_LEVEL$|TZ$)/.test(name))),
    MANAGEMENT_HOST: '127.0.0.1',
    INSTANCE: 'sensor',
    SENSOR_GATEWAYS: gateways.urls.join(','),
    SENSOR_GATEWAY_CA_FILE: readableCertificate(gateways.certificateFile, running.context),
    SENSOR_CERT_FILE: certificateFile,
    SENSOR_KEY_FILE: path.join(folder, 'sensor.key'),
    SENSOR_SPOOL_DIR: folder,
    ...Object.assign({}, ...sensor.doors.map(({ listen, variables: of }) => of(listenText(listen)))),
  } as Environment;
  const started = startRank(options, [{ name: 'sensor', app: 'sensor', order: 9, environment }], running);
  const registered = register(sensor, { certificateFile, environment });
  const [[process]] = await Promise.all([started, registered]);
  return process as SupervisedProcess;
}

/** The gateway's own lies where its account alone may look; links in there are not followed. */
function readableCertificate(file: string, context: ServerContext): string {
  const { home, separation } = context;
  if (separation.kind === 'shared' || !file.startsWith(path.join(home, 'gateway', path.sep))) return file;
  const account = separation.accounts.sensor;
  const certificate = readServiceSecret(file);
  if (certificate === null)
    throw new StartError(
      `The gateway's certificate ${file} cannot be read.`,
      'Start again; see the log of the gateway.',
    );
  const copy = path.join(makeDirectory(path.join(home, 'sensor-trust'), 'readable', account), 'gateway.crt');
  writePrivateFile(copy, `${certificate}\n`, account);
  return copy;
}

/** The sensor makes its certificate itself, as it does everywhere. */
async function register(
  { doors, register: accept }: SensorToStart,
  { certificateFile, environment }: { certificateFile: string; environment: Environment },
): Promise<void> {
  const deadlineMs = Date.now() + certificateMs;
  while (!existsSync(certificateFile)) {
    // Why it does not come, the sensor's own start says.
    if (Date.now() > deadlineMs) return;
    await pause(100);
  }
  for (const door of doors) await accept(registrationOf(door, environment), certificateFile);
}
