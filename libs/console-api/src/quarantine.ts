import { quarantineOutcomes, releaseForms, scanStates, systemTypes } from '@sluice/contracts';
import { z } from 'zod';
import { objectFactsSchema } from './scans.js';
import { count, maybeText, time } from './values.js';

const releaseSchema = z.strictObject({
  at: time,
  operator: z.string(),
  form: z.enum(releaseForms),
  recipients: z.array(z.string()),
  /** `refused`: by one recipient's server at least, for good. */
  state: z.enum(['waiting', 'delivered', 'refused']),
  attempts: count,
  /** What the receiver said last about each recipient asked so far. */
  answers: z.array(
    z.strictObject({
      recipient: z.string(),
      outcome: z.enum(['taken', 'refused', 'later']),
      answer: z.string(),
    }),
  ),
});
export type Release = z.infer<typeof releaseSchema>;

/** A kept object with its envelope and why it is kept. */
export const quarantinedSchema = z.strictObject({
  /** Of the scan that put it here. */
  id: z.uuid(),
  keptAt: time,
  keptUntil: time,
  state: z.enum(scanStates),
  reason: maybeText,
  names: z.array(z.string()),
  /** Null: nothing was detected. */
  alertId: z.int().nullable(),
  registrationId: z.uuid(),
  sensorId: z.string(),
  systemName: maybeText,
  type: z.enum(systemTypes),
  object: objectFactsSchema.pick({ name: true, type: true, size: true, sha256: true }),
  /** Null when it is no mail. The envelope's sender and recipients; the subject is as the message claims. */
  message: z
    .strictObject({ sender: maybeText, recipients: z.array(z.string()), subject: maybeText })
    .nullable(),
  /** The last one; null: it was never released. */
  release: releaseSchema.nullable(),
});
export type Quarantined = z.infer<typeof quarantinedSchema>;

/** What became of each that was asked for, in their order; the others were done all the same. */
export const quarantineChangeSchema = z.strictObject({
  items: z.array(z.strictObject({ id: z.uuid(), outcome: z.enum(quarantineOutcomes) })),
});
export type QuarantineChange = z.infer<typeof quarantineChangeSchema>;
