import { StartError } from '@sluice/private-servers';
import { parseHostAndPort } from '@sluice/runtime';
import type { Environment } from './service-environments.js';
import type { ListenOptions } from './system-options.js';

/** What an operator accepts of a sensor: one for each of its listeners. */
export interface SensorRegistration {
  readonly sensorId: string;
  readonly type: 'mail' | 'other';
  readonly name: string;
}

interface DoorKind {
  readonly title: string;
  readonly registration: SensorRegistration;
  readonly variables: (listen: string) => Environment;
}

/** Listeners of the sensor by their option of `npm start`. The registrations are the sensor's own defaults. */
const doorKinds = {
  clamd: {
    title: 'clamd listener',
    registration: { sensorId: 'clamd', type: 'other', name: 'clamd listener' },
    variables: (listen) => ({ SENSOR_CLAMD_LISTEN: listen }),
  },
  milter: {
    title: 'milter listener',
    registration: { sensorId: 'mail', type: 'mail', name: 'mail sensor' },
    variables: (listen) => ({ SENSOR_MILTER_LISTEN: listen }),
  },
} as const satisfies Record<string, DoorKind>;
export type DoorName = keyof typeof doorKinds;
export const doorNames = Object.keys(doorKinds) as readonly DoorName[];

/** A listener that was asked for. */
export interface SensorDoor extends DoorKind {
  readonly option: `--${DoorName}`;
  readonly listen: ListenOptions;
}

/** `3310` or `HOST:3310`; without a host only this machine. Throws StartError. */
export function readDoor(name: DoorName, text: string, usage: string): SensorDoor {
  const listen = parseHostAndPort(/^\d+$/.test(text) ? `127.0.0.1:${text}` : text);
  if (listen === null || listen.port < 1)
    throw new StartError(`--${name} takes PORT or HOST:PORT, not ${text}.`, usage);
  return { ...doorKinds[name], option: `--${name}`, listen };
}

/** As the sensor itself will ask for it, by the user's variables: what is accepted has to be what asks. */
export function registrationOf(
  { option, registration }: Pick<SensorDoor, 'option' | 'registration'>,
  variables: Readonly<Environment>,
): SensorRegistration {
  const valueOf = (name: string): string | undefined =>
    variables[`SENSOR_${option.slice(2).toUpperCase()}_${name}`];
  const type = valueOf('TYPE');
  return {
    sensorId: valueOf('SENSOR_ID') ?? registration.sensorId,
    // Another word the sensor refuses itself.
    type: type === 'mail' || type === 'other' ? type : registration.type,
    name: valueOf('NAME') ?? registration.name,
  };
}

export const listenText = ({ host, port }: ListenOptions): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
