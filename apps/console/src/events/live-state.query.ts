import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@sluice/database';
import { databaseToken } from '../connections/connection-tokens.js';

/** What pages show on every screen, and by which they see that a list is old. */
export interface LiveState {
  readonly registryRevision: number;
  readonly pendingRequests: number;
  /** At most `mostCounted`: more is "many". */
  readonly newAlerts: number;
  readonly lastAlertId: number;
  /** Problems that are there now, by the page that shows more of them; reminders are not counted. */
  readonly problems: Readonly<Record<string, number>>;
}

const mostCounted = 1000;

@Injectable()
export class LiveStateQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async read(): Promise<LiveState> {
    const { rows } = await this.database.query<LiveState>(
      `SELECT (SELECT value FROM registry.revision) AS "registryRevision",
              (SELECT count(*) FROM registry.certificates WHERE state = 'pending')::integer AS "pendingRequests",
              (SELECT count(*) FROM (SELECT FROM ledger.alert_list WHERE state = 'new' LIMIT ${mostCounted}) n)::integer
                AS "newAlerts",
              coalesce((SELECT id FROM ledger.alert_list ORDER BY id DESC LIMIT 1), 0) AS "lastAlertId",
              (SELECT coalesce(jsonb_object_agg(page, total), '{}') FROM (
                 SELECT split_part(link, '?', 1) AS page, count(*) AS total FROM registry.causes
                 WHERE ended_at IS NULL AND level <> 'advisory' GROUP BY 1) p) AS problems`,
    );
    const row = rows[0];
    if (row === undefined) throw new Error('registry.revision has no row');
    return row;
  }
}
