import type { ExternalSystem } from '@sluice/console-api';
import { policyActions, unexaminedReasons, type PolicyChange } from '@sluice/contracts';
import { formatTable } from '@sluice/tool-launcher';
import { CommandError } from './command.errors.js';
import type { ConsoleClient } from './console-client.js';

const warning = `Malware can pass: whoever sends it in such an object gets "not detected", as if it had been examined.`;

/** What a system gets for objects that could not be examined: shows it, or changes the reasons named. */
export async function runPolicy(
  system: ExternalSystem,
  choices: readonly string[],
  console: ConsoleClient,
): Promise<string> {
  if (choices.length === 0) return describePolicy(system);
  const change = readPolicy(choices);
  const after = await console.patch<ExternalSystem>(`/external-systems/${system.id}`, {
    unexaminedPolicy: change,
  });
  return describePolicy(after);
}

/** `encrypted=detect damaged=not-detected`: a shell's words have no spaces. */
export function readPolicy(choices: readonly string[]): PolicyChange {
  return Object.fromEntries(
    choices.map((choice) => {
      const [reasonWord, actionWord, ...more] = choice.split('=');
      const reason = unexaminedReasons.find((one) => one === reasonWord);
      const action = policyActions.find((one) => one === actionWord?.replace('-', ' '));
      if (reason === undefined || action === undefined || more.length > 0)
        throw new CommandError(
          `"${choice}" is no choice of a policy.`,
          `REASON=detect|error|not-detected, with one of these reasons: ${unexaminedReasons.join(', ')}`,
        );
      return [reason, action];
    }),
  );
}

function describePolicy({ sensorId, unexaminedPolicy, unexaminedPolicyVersion }: ExternalSystem): string {
  if (unexaminedPolicy === null) throw new CommandError(`${sensorId} is not accepted yet.`);
  const rows = unexaminedReasons.map((reason) => [reason, unexaminedPolicy[reason]]);
  const isLettingThrough = rows.some(([, action]) => action === 'not detected');
  return [
    `What ${sensorId} gets for objects that could not be examined (version ${unexaminedPolicyVersion ?? 0}):`,
    formatTable([['REASON', 'STATE'], ...rows]),
    ...(isLettingThrough ? [warning] : []),
  ].join('\n');
}
