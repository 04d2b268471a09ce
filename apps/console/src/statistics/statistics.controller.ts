import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type {
  LoadStatistics,
  Statistics,
  StatisticsStep,
  StatisticsTotal,
  TopSystems,
} from '@sluice/console-api';
import {
  statisticsQuerySchema,
  statisticsRangeSchema,
  type StatisticsQuery,
  type StatisticsRangeQuery,
} from '@sluice/console-api/requests';
import { systemTypes } from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { AllowReading } from '../api/caller.js';
import { LoadStore } from './load.store.js';
import { QueueQuery } from './queue.query.js';
import { toRange, toSteppedRange, type StatisticsRange } from './statistics-range.js';
import { TopSystemsQuery } from './top-systems.query.js';

const stepRowSchema = z.object({
  at: z.date(),
  type: z.enum(systemTypes),
  accepted: z.int(),
  detect: z.int(),
  not_detected: z.int(),
  timeout: z.int(),
  error: z.int(),
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
});
type StepRow = z.infer<typeof stepRowSchema>;

@ApiTags('statistics')
@Controller('api/statistics')
export class StatisticsController {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly queues: QueueQuery,
    private readonly load: LoadStore,
    private readonly topSystems: TopSystemsQuery,
  ) {}

  /** Steps in which nothing happened are left out of `series`. */
  @Get()
  @AllowReading()
  async show(@Query({ schema: statisticsQuerySchema }) query: StatisticsQuery): Promise<Statistics> {
    const range = toSteppedRange(query);
    const wholeSeconds = (range.until.getTime() - range.from.getTime()) / 1000;
    const [steps, totals, queues] = await Promise.all([
      this.series(range, query.stepSeconds),
      this.series(range, wholeSeconds),
      this.queues.list(),
    ]);
    return {
      ...toIso(range),
      stepSeconds: query.stepSeconds,
      series: steps.map(toStep),
      // One step as long as the range: a percentile of percentiles would be none.
      totals: totals.map(toTotal),
      queues,
    };
  }

  /** What waited, and how busy scanners were. Steps in which no console looked are left out. */
  @Get('load')
  @AllowReading()
  async showLoad(@Query({ schema: statisticsQuerySchema }) query: StatisticsQuery): Promise<LoadStatistics> {
    const range = toSteppedRange(query);
    const { stepSeconds } = query;
    return { ...toIso(range), stepSeconds, series: await this.load.series(range, stepSeconds) };
  }

  /** The ten that sent most. */
  @Get('systems')
  @AllowReading()
  async showSystems(
    @Query({ schema: statisticsRangeSchema }) query: StatisticsRangeQuery,
  ): Promise<TopSystems> {
    const range = toRange(query);
    return { ...toIso(range), ...(await this.topSystems.count(range)) };
  }

  private async series(range: StatisticsRange, stepSeconds: number): Promise<StepRow[]> {
    const answer = await this.database.query(
      `SELECT at, type, accepted, detect, not_detected, timeout, error, p50_ms, p95_ms
       FROM ledger.time_series($1, $2, make_interval(secs => $3))`,
      [range.from, range.until, stepSeconds],
    );
    const rows = readRows(stepRowSchema, answer.rows);
    return rows;
  }
}

const toIso = ({ from, until }: StatisticsRange) => ({
  from: from.toISOString(),
  until: until.toISOString(),
});

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
