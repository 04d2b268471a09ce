import { Inject, Injectable } from '@nestjs/common';
import type { SystemStatistics } from '@sluice/console-api';
import type { ScanState } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { databaseToken } from '../connections/connection-tokens.js';

/** The newest scans that are counted; a system with more in the range is answered `isMore`. */
const mostCounted = 50_000;
const hourMs = 3_600_000;

/** What one external system sent lately, and what became of it. */
@Injectable()
export class SystemStatisticsQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  /** `registrationId` null: it was never accepted, so nothing of it was ever scanned. */
  async count(registrationId: string | null, hours: number): Promise<SystemStatistics> {
    const until = new Date();
    const from = new Date(until.getTime() - hours * hourMs);
    const { rows: scans } = await this.database.query<{ state: ScanState; count: number; counted: number }>(
      `WITH newest AS (
         SELECT state, accepted_at FROM ledger.scan_list WHERE registration_id = $1
         ORDER BY seq DESC LIMIT ${mostCounted})
       SELECT state, count(*)::integer AS count, (SELECT count(*)::integer FROM newest WHERE accepted_at >= $2) AS counted
       FROM newest WHERE accepted_at >= $2 GROUP BY state`,
      [registrationId, from],
    );
    const { rows: alerts } = await this.database.query<{ count: number; new_count: number }>(
      `SELECT count(*)::integer AS count, (count(*) FILTER (WHERE state = 'new'))::integer AS new_count
       FROM ledger.alert_list WHERE registration_id = $1 AND created_at >= $2`,
      [registrationId, from],
    );
    const of = (state: ScanState) => scans.find((one) => one.state === state)?.count ?? 0;
    const accepted = scans[0]?.counted ?? 0;
    return {
      from: from.toISOString(),
      until: until.toISOString(),
      accepted,
      isMore: accepted >= mostCounted,
      processing: of('processing'),
      detect: of('detect'),
      notDetected: of('not detected'),
      timeout: of('timeout'),
      error: of('error'),
      alerts: alerts[0]?.count ?? 0,
      newAlerts: alerts[0]?.new_count ?? 0,
    };
  }
}
