import { ledgerRpc, type ForgetVerdictsRequest } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { appendAudit } from '../audit-changes/append-audit.js';

/**
 * These verdicts are told again no more: the same bytes are scanned. What was told stands. Behind the ledger's lock, so
 * that no accept that is being committed still tells one.
 */
export async function forgetVerdicts(
  database: Database,
  { scanner, from, until, changeId }: Omit<ForgetVerdictsRequest, 'operator'>,
): Promise<number> {
  return database.transaction(async (query) => {
    await query(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE`);
    const { rowCount } = await query(
      `DELETE FROM ledger.known_verdicts WHERE ($1::text IS NULL OR scanner = $1)
         AND recorded_at >= coalesce($2, '-infinity'::timestamptz) AND recorded_at < coalesce($3, 'infinity'::timestamptz)`,
      [scanner ?? null, from ?? null, until ?? null],
    );
    const forgotten = rowCount ?? 0;
    await appendAudit(query, changeId, {
      action: ledgerRpc.forgetVerdicts.action,
      target: scanner === undefined ? 'verdicts of all scanners' : `verdicts of scanner ${scanner}`,
      after: { from: from ?? null, until: until ?? null, forgotten },
    });
    return forgotten;
  });
}
