import { parseArgs } from 'node:util';
import type { ForgottenVerdicts } from '@sluice/console-api';
import { CommandError } from './command.errors.js';
import type { ConsoleClient } from './console-client.js';

export const verdictsUsage = `verdicts forget [--scanner NAME] [--from TIME] [--until TIME]
                                         the same bytes are scanned again; without options: all that are known`;

/** Answers what to print. */
export async function runVerdicts(
  args: readonly string[],
  console: Pick<ConsoleClient, 'post'>,
): Promise<string> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { scanner: { type: 'string' }, from: { type: 'string' }, until: { type: 'string' } },
  });
  const [action, ...more] = positionals;
  if (action !== 'forget' || more.length > 0)
    throw new CommandError(`There is no "verdicts ${args.join(' ')}".`, verdictsUsage);
  const { forgotten } = await console.post<ForgottenVerdicts>('/scans/forget-verdicts', { ...values });
  return forgotten === 1 ? '1 verdict is forgotten.' : `${forgotten} verdicts are forgotten.`;
}
