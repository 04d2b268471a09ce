import { scanStates, systemTypes } from '@sluice/contracts';
import { z } from 'zod';
import { anyTime, listQuery, timeRange } from './lists.js';

/** In a filter only: what ended without an answer from the engines. */
export const notExaminedState = 'not examined';

const scanFilters = {
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
    description:
      'in object name, scanId, ID or name of the system, subject and sender of mail that is kept; a whole MD5, SHA-1 or SHA-256',
  }),
};
export const scansQuerySchema = z.object({ ...listQuery, ...scanFilters });
/** The file holds everything that fits, in one go. */
export const scanExportSchema = z.object(scanFilters);
export type ScanExport = z.infer<typeof scanExportSchema>;
export type ScansQuery = z.infer<typeof scansQuerySchema>;

export const forgetVerdictsRequestSchema = z.object({
  scanner: z.string().min(1).max(128).optional().meta({ description: 'of this scanner; absent: of all' }),
  ...timeRange,
});
export type ForgetVerdicts = z.infer<typeof forgetVerdictsRequestSchema>;

const failedJobFilters = {
  kind: z.enum(['scan', 'message']).optional(),
  sensorId: z.string().max(128).optional(),
  reason: z.string().max(64).optional(),
};
export const failedJobsQuerySchema = z.object({ ...listQuery, ...failedJobFilters });
export const failedJobExportSchema = z.object(failedJobFilters);
export type FailedJobExport = z.infer<typeof failedJobExportSchema>;
export type FailedJobsQuery = z.infer<typeof failedJobsQuerySchema>;
