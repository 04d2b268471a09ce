import { z } from 'zod';
import { anyTime, listQuery, timeRange } from './lists.js';

export const historyQuerySchema = z.object({
  ...listQuery,
  ...timeRange,
});
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

const statisticsRange = {
  from: anyTime.optional().meta({ description: 'default: an hour ago' }),
  until: anyTime.optional().meta({ description: 'default: now' }),
};
export const statisticsRangeSchema = z.object(statisticsRange);
export type StatisticsRangeQuery = z.infer<typeof statisticsRangeSchema>;

export const statisticsQuerySchema = z.object({
  ...statisticsRange,
  stepSeconds: z.coerce.number().int().min(60).max(86_400).default(60),
});
export type StatisticsQuery = z.infer<typeof statisticsQuerySchema>;

export const eventsQuerySchema = z.object({
  once: z
    .stringbool()
    .default(false)
    .meta({ description: 'answer the state of now as JSON instead of a stream' }),
});
export type EventsQuery = z.infer<typeof eventsQuerySchema>;
