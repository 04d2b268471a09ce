import type { ExternalSystem } from '../../external-systems/external-system.js';
import type { SystemNames } from './describe-match.js';

/** Accepted systems by their registration: several certificates of one are one. */
export function namesOfSystems(systems: readonly ExternalSystem[]): SystemNames {
  return new Map(
    systems.flatMap((system) =>
      system.registrationId === null ? [] : [[system.registrationId, nameOf(system)] as const],
    ),
  );
}

const nameOf = ({ name, sensorId }: ExternalSystem): string =>
  name === null || name === '' ? sensorId : `${name} (${sensorId})`;
