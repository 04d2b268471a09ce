import { systemTypes } from '@sluice/contracts';
import { z } from 'zod';
import { queueDepthSchema } from './health.js';
import { count, time } from './values.js';

export const statisticsStepSchema = z.strictObject({
  at: time,
  type: z.enum(systemTypes),
  accepted: count,
  detect: count,
  notDetected: count,
  timeout: count,
  error: count,
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});
export type StatisticsStep = z.infer<typeof statisticsStepSchema>;

/** Over the whole range, however it is cut into steps. */
export const statisticsTotalSchema = statisticsStepSchema.omit({ at: true });
export type StatisticsTotal = z.infer<typeof statisticsTotalSchema>;

export const statisticsSchema = z.strictObject({
  from: time,
  until: time,
  stepSeconds: z.int(),
  /** Steps in which nothing happened are left out. */
  series: z.array(statisticsStepSchema),
  /** One per type that had any. */
  totals: z.array(statisticsTotalSchema),
  queues: z.array(queueDepthSchema),
});
export type Statistics = z.infer<typeof statisticsSchema>;
