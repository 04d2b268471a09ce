import { confinementAs, confinementNote } from '@sluice/sandbox';
import type { ServerContext } from '@sluice/private-servers';
import { inspectorAccountProblem } from './inspector-account.js';

/** What of a system is not kept from its other parts, and why: a line each, for whoever starts it. Empty: all is. */
export function describeSeparation({ separation, identity }: Separated): string[] {
  if (separation.kind === 'shared')
    return [
      `All parts run under one account (${separation.why}): who takes over one can read what the others know.`,
      ...describeConfinement(identity),
    ];
  const { scanner, inspector } = separation.accounts;
  const problem = inspectorAccountProblem(separation.accounts);
  const { uid, gid } = problem === null ? inspector : scanner;
  return [
    ...(problem === null ? [] : [`Inspectors run under the scanner's account: ${problem}`]),
    ...describeConfinement({ uid, gid }),
  ];
}

type Separated = Pick<ServerContext, 'separation' | 'identity'>;

function describeConfinement(identity: ServerContext['identity']): string[] {
  const confined = confinementAs(identity);
  const note = confinementNote(confined);
  if (note === null || confined.kind === 'namespaces') return [];
  return [`${note.charAt(0).toUpperCase()}${note.slice(1)} (${confined.why}).`];
}
