import { parseArgs } from 'node:util';
import { systemTypes, type SystemType } from '@sluice/contracts';
import { CommandError } from './command.errors.js';
import { runPolicy } from './run-policy.js';
import type { ConsoleClient } from './console-client.js';
import {
  acceptSystem,
  chooseSystem,
  describeSystems,
  listSystems,
  type Acceptance,
} from './external-systems.js';

export const systemsUsage = `systems list [--state pending|accepted|rejected|replaced]
systems accept WHICH [--type mail|other] [--name NAME] [--replace | --add]
systems reject WHICH
systems delete WHICH
systems policy WHICH [REASON=detect|error|not-detected …]
  WHICH: the ID, or (the beginning of) the certificate fingerprint`;

/** Answers what to print. */
export async function runSystems(args: readonly string[], console: ConsoleClient): Promise<string> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      type: { type: 'string' },
      name: { type: 'string' },
      replace: { type: 'boolean' },
      add: { type: 'boolean' },
    },
  });
  const [action = 'list', which, ...rest] = positionals;
  if (action === 'list' && which === undefined) {
    return describeSystems(
      await listSystems(console, values.state === undefined ? {} : { state: values.state }),
    );
  }
  if (which === undefined || (rest.length > 0 && action !== 'policy'))
    throw new CommandError('Name one external system.', systemsUsage);
  switch (action) {
    case 'accept': {
      const system = await acceptSystem(console, which, acceptanceOf(values));
      return `Accepted ${system.sensorId} (${system.type}) with the certificate\n  ${system.certificateFingerprint}`;
    }
    case 'reject': {
      const seen = chooseSystem(await listSystems(console), which, ['pending', 'accepted']);
      const { certificateFingerprint } = seen;
      await console.post(`/external-systems/${seen.id}/reject`, { certificateFingerprint });
      return `Rejected ${seen.sensorId} with the certificate\n  ${certificateFingerprint}`;
    }
    case 'delete': {
      const everyState = ['pending', 'accepted', 'rejected', 'replaced'];
      const seen = chooseSystem(await listSystems(console), which, everyState);
      await console.delete(`/external-systems/${seen.id}`);
      return `Deleted ${seen.sensorId} with the certificate\n  ${seen.certificateFingerprint}`;
    }
    case 'policy':
      return runPolicy(chooseSystem(await listSystems(console), which, ['accepted']), rest, console);
    default:
      throw new CommandError(`There is no "systems ${action}".`, systemsUsage);
  }
}

function typeOf(word: string): SystemType {
  const type = systemTypes.find((one) => one === word);
  if (type === undefined)
    throw new CommandError(`There is no type ${word}.`, `Types: ${systemTypes.join(', ')}`);
  return type;
}

function acceptanceOf(values: {
  type?: string;
  name?: string;
  replace?: boolean;
  add?: boolean;
}): Acceptance {
  if (values.replace === true && values.add === true) {
    throw new CommandError('--replace and --add exclude each other.', systemsUsage);
  }
  const mode = values.replace === true ? 'replace' : values.add === true ? 'add' : undefined;
  return {
    ...(values.type === undefined ? {} : { type: typeOf(values.type) }),
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(mode === undefined ? {} : { mode }),
  };
}
