import { scanStates, systemTypes } from '@sluice/contracts';
import { z } from 'zod';
import { anyTime, listQuery, timeRange } from './lists.js';

/** In a filter only: what ended without an answer from the engines. */
export const notExaminedState = 'not examined';

export const scansQuerySchema = z.object({
  ...listQuery,
  state: z
    .enum([...scanStates, notExaminedState])
    .optional()
    .meta({ description: '`not examined`: those that ended as timeout or error' }),
  type: z.enum(systemTypes).optional(),
  sensorId: z.string().max(128).optional(),
  registrationId: z.uuid().optional(),
  scanId: z.string().max(128).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .toLowerCase()
    .optional(),
  ...timeRange,
  finishedFrom: anyTime.optional(),
  finishedUntil: anyTime.optional(),
  sort: z.enum(['newest', 'oldest']).default('newest'),
  q: z.string().max(128).optional().meta({
    description: 'in object name, scanId, ID or name of the system; a whole MD5, SHA-1 or SHA-256',
  }),
});
export type ScansQuery = z.infer<typeof scansQuerySchema>;

export const forgetVerdictsRequestSchema = z.object({
  scanner: z.string().min(1).max(128).optional().meta({ description: 'of this scanner; absent: of all' }),
  ...timeRange,
});
export type ForgetVerdicts = z.infer<typeof forgetVerdictsRequestSchema>;

export const failedJobsQuerySchema = z.object({
  ...listQuery,
  kind: z.enum(['scan', 'message']).optional(),
  sensorId: z.string().max(128).optional(),
  reason: z.string().max(64).optional(),
});
export type FailedJobsQuery = z.infer<typeof failedJobsQuerySchema>;
