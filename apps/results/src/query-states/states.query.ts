import { scanStates, type ScanState, type StatesAnswer, type StatesRequest } from '@sluice/contracts';
import { readRows, type Query } from '@sluice/database';
import { z } from 'zod';

const stateRowSchema = z.object({ seq: z.int(), scan_id: z.string(), shown_state: z.enum(scanStates) });

/**
 * One index scan per state, merged by seq: a page costs its rows, however many scans there are. `$5` is the instance.
 * Rows under a watermark are skipped by the start of the scan; those of one instance's watermark one by one until
 * they are purged (rows without an instance cannot have one).
 */
const branch = (state: ScanState, isOfInstance: boolean) => `
  (SELECT s.seq, s.scan_id, s.shown_state FROM ledger.scans s
   WHERE s.registration_id = $1 AND s.is_shown AND s.shown_state = '${state}'
     AND s.seq > greatest($2::bigint, (SELECT w.seq FROM ledger.watermarks w WHERE w.registration_id = $1 AND w.instance = '*'))
     ${isOfInstance ? `AND s.instance = $4 AND s.instance <> ''` : ''}
     AND (s.instance = '' OR NOT EXISTS (SELECT FROM ledger.watermarks w
       WHERE w.registration_id = $1 AND w.instance = s.instance AND w.seq >= s.seq))
   ORDER BY s.seq LIMIT $3)`;

/** A page of what the caller sees, oldest first. */
export async function queryStates(query: Query, request: StatesRequest): Promise<StatesAnswer> {
  const states = scanStates.filter((state) => request.states?.includes(state) ?? true);
  if (states.length === 0) return { scans: [], next: null };
  const isOfInstance = request.instance !== null;
  const branches = states.map((state) => branch(state, isOfInstance)).join(' UNION ALL ');
  const answer = await query(`SELECT * FROM (${branches}) page ORDER BY seq LIMIT $3`, [
    request.registrationId,
    afterOf(request.after),
    // One more than the page: is there another?
    request.limit + 1,
    ...(isOfInstance ? [request.instance] : []),
  ]);
  const rows = readRows(stateRowSchema, answer.rows);
  const page = rows.slice(0, request.limit);
  return {
    scans: page.map((row) => ({ scanId: row.scan_id, state: row.shown_state })),
    next: rows.length > page.length ? String(page.at(-1)?.seq) : null,
  };
}

/** Pages are told by the last seq; anything else came from no one we answered and starts from the oldest. */
const afterOf = (after: string | null): string =>
  after !== null && /^[0-9]{1,18}$/.test(after) ? after : '0';
