import { z } from 'zod';

/**
 * What a sensor reads of a report (docs/external-systems-api.md). Words are free, so that a gateway of a later release
 * does not become one that cannot be read; a word that is not known is never clean.
 */
export const scanReportSchema = z.object({
  scanId: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  object: z.object({ type: z.string().nullable() }),
  detections: z.array(z.object({ engine: z.string(), name: z.string() })),
  engines: z.array(
    z.object({ engine: z.string(), version: z.string(), signaturesAt: z.string().nullable() }),
  ),
  /** The first hundred. */
  notExamined: z.array(z.object({ reason: z.string() })).default([]),
  notExaminedTotal: z.number().default(0),
  policyApplied: z
    .object({ state: z.string(), reasons: z.array(z.string()) })
    .nullable()
    .default(null),
  /** An operator released the mail: what it would have been. */
  released: z.object({ stateBefore: z.string() }).nullable().default(null),
});
export type ScanReport = z.infer<typeof scanReportSchema>;
