import { systemTypes } from '@sluice/contracts';
import { z } from 'zod';
import { queueDepthSchema } from './health.js';
import { count, maybeText, time } from './values.js';

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

/** Steps in which no console looked are left out; there it is not known what waited. */
export const loadStatisticsSchema = z.strictObject({
  from: time,
  until: time,
  stepSeconds: z.int(),
  series: z.array(
    z.strictObject({
      at: time,
      /** Of the slots of scanners that worked, those that were busy; null when none worked. */
      busyShare: z.number().min(0).nullable(),
      /** The most in the step; a priority of which nothing waited is left out. */
      waiting: z.array(z.strictObject({ priority: z.int(), unfinished: count, oldestSeconds: count })),
    }),
  ),
});
export type LoadStatistics = z.infer<typeof loadStatisticsSchema>;

export const topSystemsSchema = z.strictObject({
  from: time,
  until: time,
  /** There are more scans than were counted: these are the newest. */
  isMore: z.boolean(),
  /** Those that sent most first. */
  items: z.array(
    z.strictObject({
      registrationId: z.uuid(),
      sensorId: z.string(),
      systemName: maybeText,
      type: z.enum(systemTypes),
      accepted: count,
      detect: count,
      notExamined: count,
    }),
  ),
});
export type TopSystems = z.infer<typeof topSystemsSchema>;
