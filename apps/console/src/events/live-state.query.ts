import { Inject, Injectable } from '@nestjs/common';
import { readRow, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';

const mostCounted = 1000;

/** What pages show on every screen, and by which they see that a list is old. */
const liveStateSchema = z.object({
  registryRevision: z.int(),
  pendingRequests: z.int(),
  /** At most `mostCounted`: more is "many". */
  newAlerts: z.int(),
  /** As many as the list has; at most `mostCounted`. */
  failedJobs: z.int(),
  lastAlertId: z.int(),
  /** Problems that are there now, by the page that shows more of them; reminders are not counted. */
  problems: z.record(z.string(), z.int()),
});
export type LiveState = Readonly<z.infer<typeof liveStateSchema>>;

@Injectable()
export class LiveStateQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async read(): Promise<LiveState> {
    const { rows } = await this.database.query(
      `SELECT (SELECT value FROM registry.revision) AS "registryRevision",
              (SELECT count(*) FROM registry.certificates WHERE state = 'pending')::integer AS "pendingRequests",
              (SELECT count(*) FROM (SELECT FROM ledger.alert_list WHERE state = 'new' LIMIT ${mostCounted}) n)::integer
                AS "newAlerts",
              (SELECT count(*) FROM (SELECT FROM ledger.failed_job_list LIMIT ${mostCounted}) j)::integer AS "failedJobs",
              coalesce((SELECT id FROM ledger.alert_list ORDER BY id DESC LIMIT 1), 0) AS "lastAlertId",
              (SELECT coalesce(jsonb_object_agg(page, total), '{}') FROM (
                 SELECT regexp_replace(link, '[?#].*', '') AS page, count(*) AS total FROM registry.causes
                 WHERE ended_at IS NULL AND level <> 'advisory' GROUP BY 1) p) AS problems`,
    );
    const row = readRow(liveStateSchema, rows);
    if (row === null) throw new Error('registry.revision has no row');
    return row;
  }
}
