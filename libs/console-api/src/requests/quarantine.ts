import { holdStates, mostReleasesAtOnce, releaseForms, scanStates, systemTypes } from '@sluice/contracts';
import { z } from 'zod';
import { listQuery, timeRange } from './lists.js';

const text = z.string().max(256).optional();

export const quarantineQuerySchema = z.object({
  ...listQuery,
  type: z.enum(systemTypes).optional(),
  state: z.enum(scanStates).optional(),
  hold: z.enum(holdStates).optional().meta({ description: 'held: what Sluice alone has' }),
  reason: z.string().max(64).optional(),
  sensorId: z.string().max(128).optional(),
  sender: text.meta({ description: 'in the sender of the envelope' }),
  recipient: text.meta({ description: 'in a recipient of the envelope that the message names' }),
  subject: text.meta({ description: 'in the subject of the message' }),
  ...timeRange,
  q: text.meta({ description: 'in sender, recipients, subject, object name or detections; a whole SHA-256' }),
});
export type QuarantineQuery = z.infer<typeof quarantineQuerySchema>;

const ids = z.array(z.uuid()).min(1).max(mostReleasesAtOnce);
const comment = z.string().max(4096).optional();

export const releaseRequestSchema = z.object({
  ids,
  form: z.enum(releaseForms).default('original'),
  /** Absent: to those it was sent to. */
  to: z.email({ error: 'has to be an address' }).max(320).optional(),
  detectedSince: z
    .boolean()
    .default(false)
    .meta({ description: 'release also what newer signatures detect, and was kept for something else' }),
  comment: comment.meta({ description: 'why; stands in the audit log' }),
});
export type ReleaseRequest = z.infer<typeof releaseRequestSchema>;

export const mailPreviewRequestSchema = z.strictObject({
  reason: z.string().trim().min(1).max(1024).meta({ description: 'why; stands in the audit log' }),
});
export type MailPreviewRequest = z.infer<typeof mailPreviewRequestSchema>;

export const heldRefusalSchema = z.object({ ids, comment });
export type HeldRefusal = z.infer<typeof heldRefusalSchema>;

export const quarantineDeletionSchema = z.object({ ids, comment });
export type QuarantineDeletion = z.infer<typeof quarantineDeletionSchema>;
