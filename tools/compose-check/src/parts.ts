import type { CheckList } from './check-list.js';
import { checkConfinement } from './checks/confinement.js';
import { checkFirstStart } from './checks/first-start.js';
import { checkFloods } from './checks/floods.js';
import { checkKills } from './checks/kills.js';
import { checkOperators } from './checks/operators.js';
import { checkOutages } from './checks/outages.js';
import { checkQueues } from './checks/queues.js';
import { checkQuorum } from './checks/quorum.js';
import { checkRestarts } from './checks/restarts.js';
import { checkScaling } from './checks/scaling.js';
import { checkScans } from './checks/scans.js';
import { checkSensor } from './checks/sensor.js';
import { checkUpdates } from './checks/updates.js';
import type { OutsideHost } from './engine/outside-host.js';
import type { SystemUnderCheck } from './system-under-check.js';

export interface PartContext {
  readonly list: CheckList;
  readonly system: SystemUnderCheck;
  readonly outside: OutsideHost;
}

interface Part {
  readonly name: string;
  readonly about: string;
  run(context: PartContext): Promise<void>;
}

/** In the order they are run in. Each but the first finds a system that was brought up, and leaves it so. */
export const parts: readonly Part[] = [
  { name: 'start', about: "from nothing, with the README's commands", run: checkFirstStart },
  { name: 'scans', about: 'an external system, its address, large and hostile objects', run: checkScans },
  { name: 'operators', about: 'sign-in, lost password, lost second factor', run: checkOperators },
  { name: 'confinement', about: 'users, capabilities, limits, networks', run: checkConfinement },
  { name: 'sensor', about: 'the profile for MTAs and clients of clamd', run: checkSensor },
  { name: 'floods', about: "one address's flood beside a good client", run: checkFloods },
  { name: 'kills', about: 'kill -9 of every container under load', run: checkKills },
  { name: 'scaling', about: 'up and down under load, kept by .env', run: checkScaling },
  { name: 'outages', about: 'database or broker away', run: checkOutages },
  { name: 'queues', about: 'deleted queues, another default type, a wiped broker', run: checkQueues },
  { name: 'quorum', about: 'quorum queues: change over, order after kill -9', run: checkQuorum },
  { name: 'updates', about: 'rolling update, changed secrets', run: checkUpdates },
  { name: 'restarts', about: 'down and up, reboot', run: checkRestarts },
];

/** Rejects a name that is none. */
export function chooseParts({
  only,
  from,
}: {
  only: readonly string[];
  from: string | undefined;
}): readonly Part[] {
  const unknown = [...only, ...(from === undefined ? [] : [from])].filter(
    (name) => !parts.some((part) => part.name === name),
  );
  if (unknown.length > 0)
    throw new Error(
      `There is no part ${unknown.join(', ')}. Parts: ${parts.map(({ name }) => name).join(', ')}`,
    );
  if (only.length > 0) return parts.filter(({ name }) => only.includes(name));
  return parts.slice(parts.findIndex(({ name }) => name === (from ?? parts[0]?.name)));
}
