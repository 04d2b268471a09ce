import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Statistics, StatisticsStep, StatisticsTotal } from '@sluice/console-api';
import { statisticsQuerySchema, type StatisticsQuery } from '@sluice/console-api/requests';
import type { SystemType } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { badRequest } from '../api/api.errors.js';
import { databaseToken } from '../connections/connection-tokens.js';
import { AllowReading } from '../api/caller.js';
import { QueueQuery } from './queue.query.js';

const mostPoints = 1500;
interface StepRow {
  readonly at: Date;
  readonly type: SystemType;
  readonly accepted: number;
  readonly detect: number;
  readonly not_detected: number;
  readonly timeout: number;
  readonly error: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
}

@ApiTags('statistics')
@Controller('api/statistics')
export class StatisticsController {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly queues: QueueQuery,
  ) {}

  /** Steps in which nothing happened are left out of `series`. */
  @Get()
  @AllowReading()
  async show(@Query({ schema: statisticsQuerySchema }) query: StatisticsQuery): Promise<Statistics> {
    const range = toRange(query);
    const wholeSeconds = (range.until.getTime() - range.from.getTime()) / 1000;
    const [steps, totals, queues] = await Promise.all([
      this.series(range, query.stepSeconds),
      this.series(range, wholeSeconds),
      this.queues.list(),
    ]);
    return {
      from: range.from.toISOString(),
      until: range.until.toISOString(),
      stepSeconds: query.stepSeconds,
      series: steps.map(toStep),
      // One step as long as the range: a percentile of percentiles would be none.
      totals: totals.map(toTotal),
      queues,
    };
  }

  private async series(range: { from: Date; until: Date }, stepSeconds: number): Promise<StepRow[]> {
    const { rows } = await this.database.query<StepRow>(
      `SELECT at, type, accepted, detect, not_detected, timeout, error, p50_ms, p95_ms
       FROM ledger.time_series($1, $2, make_interval(secs => $3))`,
      [range.from, range.until, stepSeconds],
    );
    return rows;
  }
}

/** Whole minutes, because that is how they are counted. */
function toRange(query: StatisticsQuery): { from: Date; until: Date } {
  const untilMs = query.until === undefined ? Date.now() + 60_000 : Date.parse(query.until);
  const fromMs = query.from === undefined ? untilMs - 3_660_000 : Date.parse(query.from);
  if (fromMs >= untilMs) throw badRequest('from has to be before until', { from: 'after until' });
  if ((untilMs - fromMs) / 1000 / query.stepSeconds > mostPoints)
    throw badRequest(`more than ${mostPoints} steps; take a larger step`, {
      stepSeconds: 'too small for this range',
    });
  const toMinute = (ms: number): Date => new Date(Math.floor(ms / 60_000) * 60_000);
  return { from: toMinute(fromMs), until: toMinute(untilMs) };
}

const toStep = (row: StepRow): StatisticsStep => ({ at: row.at.toISOString(), ...toTotal(row) });

const toTotal = (row: StepRow): StatisticsTotal => ({
  type: row.type,
  accepted: row.accepted,
  detect: row.detect,
  notDetected: row.not_detected,
  timeout: row.timeout,
  error: row.error,
  p50Ms: row.p50_ms,
  p95Ms: row.p95_ms,
});
