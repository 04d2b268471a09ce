import { Inject, Injectable } from '@nestjs/common';
import type { SystemStatistics } from '@sluice/console-api';
import type { ScanState } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { databaseToken } from '../connections/connection-tokens.js';

/** The newest scans that are counted; a system with more in the range is answered `isMore`. */
const mostCounted = 50_000;
const hourMs = 3_600_000;
/** Of a chart: an hour each of a day. */
const steps = 24;

/** What one external system sent lately, and what became of it. */
@Injectable()
export class SystemStatisticsQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  /** `registrationId` null: it was never accepted, so nothing of it was ever scanned. */
  async count(registrationId: string | null, hours: number): Promise<SystemStatistics> {
    const until = new Date();
    const from = new Date(until.getTime() - hours * hourMs);
    const stepSeconds = (hours * 3600) / steps;
    const { rows: scans } = await this.database.query<ScanCount>(
      `WITH newest AS (
         SELECT state, accepted_at FROM ledger.scan_list WHERE registration_id = $1
         ORDER BY seq DESC LIMIT ${mostCounted})
       SELECT least(floor(extract(epoch FROM accepted_at - $2::timestamptz) / $3), ${steps - 1})::integer AS step,
         state, count(*)::integer AS count
       FROM newest WHERE accepted_at >= $2 GROUP BY 1, 2`,
      [registrationId, from, stepSeconds],
    );
    const { rows: alerts } = await this.database.query<{ count: number; new_count: number }>(
      `SELECT count(*)::integer AS count, (count(*) FILTER (WHERE state = 'new'))::integer AS new_count
       FROM ledger.alert_list WHERE registration_id = $1 AND created_at >= $2`,
      [registrationId, from],
    );
    const of = (state: ScanState) => sumOf(scans.filter((one) => one.state === state));
    const accepted = sumOf(scans);
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
      stepSeconds,
      series: Array.from({ length: steps }, (_, step) => {
        const own = scans.filter((one) => one.step === step);
        return {
          at: new Date(from.getTime() + step * stepSeconds * 1000).toISOString(),
          accepted: sumOf(own),
          detect: sumOf(own.filter(({ state }) => state === 'detect')),
          notExamined: sumOf(own.filter(({ state }) => state === 'timeout' || state === 'error')),
        };
      }),
    };
  }
}

interface ScanCount {
  readonly step: number;
  readonly state: ScanState;
  readonly count: number;
}

const sumOf = (counts: readonly ScanCount[]): number => counts.reduce((sum, { count }) => sum + count, 0);
