import { defaultSettings } from '@sluice/contracts';
import { readRow, type Database, type Query } from '@sluice/database';
import { z } from 'zod';

/** Rows removed in one statement: few enough that no one waits for the lock longer than for a batch of verdicts. */
const maxRows = 1000;

/** Of verdicts to be told again, narrow rows: as many as a busy system has new ones in half an hour, some 150 MB. */
const mostKnownVerdicts = 500_000;
const maxKnownRows = 5000;

const purgedRowSchema = z.object({ rows: z.int() });
const cutRowSchema = z.object({ recorded_at: z.string() });

const { resultRetentionDays, alertRetentionDays, reuseVerdictsMinutes } = defaultSettings;
const defaults = JSON.stringify({ resultRetentionDays, alertRetentionDays, reuseVerdictsMinutes });

/**
 * What is removed, and when.
 *
 * | record               | after                                                                          |
 * |----------------------|--------------------------------------------------------------------------------|
 * | finished scans       | resultRetentionDays, deleted by their caller or not; a group goes when all is done |
 * | alerts               | alertRetentionDays                                                             |
 * | failed jobs          | alertRetentionDays                                                             |
 * | releases             | alertRetentionDays after they ended                                            |
 * | release tickets      | 5 days: they open nothing after four                                           |
 * | statistics           | 31 days                                                                        |
 * | markers              | 1 day                                                                          |
 * | known verdicts       | reuseVerdictsMinutes; the oldest before, when there are more than half a million |
 * | decision sets        | 1 day, unless an instance reports them                                         |
 * | closed groups        | 1 day: no accept of them is on its way any more                                |
 * | service instances    | 1 day without a report                                                         |
 * | counters             | when nothing is unfinished (the row 'all' stays)                               |
 */
// The time is that of the statement: `clock_timestamp()` may change within one, so that every row would be looked at, not
// only those at the index's end; of a million scans for seconds, and under the lock that verdicts wait for.
const expired = {
  // Under the counter's lock: a group must not lose a member while a verdict tells the worst of it.
  scans: `WITH due AS (
      SELECT s.submission_id FROM ledger.scans s
      WHERE s.finished_at < statement_timestamp() - make_interval(days => (SELECT (ledger.settings($1) -> 'resultRetentionDays')::integer))
        AND (s.group_id IS NULL OR NOT EXISTS (
          SELECT FROM ledger.scans m WHERE m.group_id = s.group_id AND m.state = 'processing'))
      ORDER BY s.finished_at LIMIT $2)
    DELETE FROM ledger.scans s USING due WHERE s.submission_id = due.submission_id`,
  alerts: `DELETE FROM ledger.alerts WHERE id IN (
      SELECT id FROM ledger.alerts
      WHERE created_at < statement_timestamp() - make_interval(days => (SELECT (ledger.settings($1) -> 'alertRetentionDays')::integer))
      ORDER BY created_at LIMIT $2)`,
  failedJobs: `DELETE FROM ledger.failed_jobs WHERE id IN (
      SELECT id FROM ledger.failed_jobs
      WHERE failed_at < statement_timestamp() - make_interval(days => (SELECT (ledger.settings($1) -> 'alertRetentionDays')::integer))
      ORDER BY failed_at LIMIT $2)`,
  releases: `DELETE FROM ledger.releases WHERE id IN (
      SELECT id FROM ledger.releases
      WHERE finished_at < statement_timestamp() - make_interval(days => (SELECT (ledger.settings($1) -> 'alertRetentionDays')::integer))
      ORDER BY finished_at LIMIT $2)`,
  // Under the counter's lock: verdicts write the same rows, in another order.
  knownVerdicts: `DELETE FROM ledger.known_verdicts WHERE ctid = ANY (ARRAY(
      SELECT k.ctid FROM ledger.known_verdicts k
      WHERE k.recorded_at < greatest($3::timestamptz,
        statement_timestamp() - make_interval(mins => (SELECT (ledger.settings($1) -> 'reuseVerdictsMinutes')::integer)))
      ORDER BY k.recorded_at LIMIT $2))`,
};

/**
 * The oldest of the known verdicts that may stay; no row while there are fewer. Counting them takes as long as there are
 * many, so it is done before the lock is taken: what is recorded meanwhile is newer than what it finds.
 */
const oldestToStay = `SELECT k.recorded_at::text FROM ledger.known_verdicts k
  ORDER BY k.recorded_at DESC OFFSET $1::integer - 1 LIMIT 1`;

const small = [
  `DELETE FROM ledger.minutes WHERE minute < statement_timestamp() - interval '31 days'`,
  `DELETE FROM ledger.verdict_minutes WHERE minute < statement_timestamp() - interval '31 days'`,
  `DELETE FROM ledger.markers WHERE issued_at < statement_timestamp() - interval '1 day'`,
  `DELETE FROM ledger.release_tickets WHERE created_at < statement_timestamp() - interval '5 days'`,
  `DELETE FROM ledger.decision_sets d WHERE d.first_seen_at < statement_timestamp() - interval '1 day'
     AND NOT EXISTS (SELECT FROM ledger.instances i WHERE i.status ->> 'decisionSet' = d.decision_set)`,
  `DELETE FROM ledger.group_files WHERE closed_at < statement_timestamp() - interval '1 day'`,
  `DELETE FROM ledger.instances WHERE seen_at < statement_timestamp() - interval '1 day'`,
];

/** Retention of everything the ledger keeps, in bounded steps. */
export class ExpireRecords {
  constructor(
    private readonly database: Database,
    private readonly mostKnown = mostKnownVerdicts,
  ) {}

  /** True when there may be more. */
  async expire(): Promise<boolean> {
    const { database } = this;
    const purged = await database.query('SELECT ledger.purge_watermarked($1) AS rows', [maxRows]);
    const scans = await this.locked((query) => query(expired.scans, [defaults, maxRows]));
    const alerts = await database.query(expired.alerts, [defaults, maxRows]);
    const failedJobs = await database.query(expired.failedJobs, [defaults, maxRows]);
    const releases = await database.query(expired.releases, [defaults, maxRows]);
    const stays = await database.query(oldestToStay, [this.mostKnown]);
    const since = readRow(cutRowSchema, stays.rows)?.recorded_at ?? null;
    const known = await this.locked((query) => query(expired.knownVerdicts, [defaults, maxKnownRows, since]));
    for (const sql of small) await database.query(sql);
    await this.locked((query) =>
      query(`DELETE FROM ledger.counters WHERE unfinished = 0 AND scope <> 'all'`),
    );
    const removed = [scans, alerts, failedJobs, releases].map(({ rowCount }) => rowCount);
    return (
      [readRow(purgedRowSchema, purged.rows)?.rows ?? 0, ...removed].includes(maxRows) ||
      known.rowCount === maxKnownRows
    );
  }

  private locked<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    return this.database.transaction(async (query) => {
      await query(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE`);
      return work(query);
    });
  }
}
