import { parseArgs } from 'node:util';
import type { AuditVerificationAnswer } from '@sluice/console-api';
import { CommandError } from './command.errors.js';
import type { ConsoleClient } from './console-client.js';

export const auditUsage = `audit verify [--head NUMBER:HASH]        is the log whole, and is this head, sent out earlier (by syslog), part of it?`;

/** What to print, and exit code 1 when the log was tampered with. */
export async function runAudit(
  args: readonly string[],
  console: Pick<ConsoleClient, 'get'>,
): Promise<{ text: string; exitCode: number }> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { head: { type: 'string' } },
  });
  const [action, given, ...more] = positionals;
  const head = values.head ?? given;
  if (action !== 'verify' || more.length > 0 || (values.head !== undefined && given !== undefined))
    throw new CommandError(`There is no "audit ${args.join(' ')}".`, auditUsage);
  const query = head === undefined ? '' : `?head=${encodeURIComponent(head)}`;
  const found = await console.get<AuditVerificationAnswer>(`/audit/verification${query}`);
  if (found.problem !== null)
    return {
      text: `✗ ${found.problem}\n  Compare with a backup, and with the heads that were sent out.`,
      exitCode: 1,
    };
  const removed =
    found.removedThrough === 0 ? '' : `, after retention removed those up to ${found.removedThrough}`;
  return {
    text: [
      `The audit log is whole: ${found.entries} entries${removed}.`,
      `Head: ${found.head.id}:${found.head.hash}`,
    ].join('\n'),
    exitCode: 0,
  };
}
