import { Inject, Injectable } from '@nestjs/common';
import type { SystemStatistics } from '@sluice/console-api';
import { scanStates, type ScanState } from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';

/** Of one step of the chart. */
const scanCountSchema = z.object({ step: z.int(), state: z.enum(scanStates), count: z.int() });
type ScanCount = z.infer<typeof scanCountSchema>;
const alertCountSchema = z.object({ count: z.int(), new_count: z.int() });

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
    const scansAnswer = await this.database.query(
      `WITH newest AS (
         SELECT state, accepted_at FROM ledger.scan_list WHERE registration_id = $1
         ORDER BY seq DESC LIMIT ${mostCounted})
       SELECT least(floor(extract(epoch FROM accepted_at - $2::timestamptz) / $3), ${steps - 1})::integer AS step,
         state, count(*)::integer AS count
       FROM newest WHERE accepted_at >= $2 GROUP BY 1, 2`,
      [registrationId, from, stepSeconds],
    );
    const scans = readRows(scanCountSchema, scansAnswer.rows);
    const alertsAnswer = await this.database.query(
      `SELECT count(*)::integer AS count, (count(*) FILTER (WHERE state = 'new'))::integer AS new_count
       FROM ledger.alert_list WHERE registration_id = $1 AND created_at >= $2`,
      [registrationId, from],
    );
    const alerts = readRow(alertCountSchema, alertsAnswer.rows);
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
      alerts: alerts?.count ?? 0,
      newAlerts: alerts?.new_count ?? 0,
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

const sumOf = (counts: readonly ScanCount[]): number => counts.reduce((sum, { count }) => sum + count, 0);
