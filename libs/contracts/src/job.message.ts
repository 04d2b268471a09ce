import { z } from 'zod';
import { objectKeySchema, sha256Schema, submissionIdSchema } from './identifiers.js';
import { objectTypes } from './states.js';

/** Version written. Consumers take this one and the one before, and ignore fields they don't know. */
export const jobVersion = 1;

/** A claim check, under 1 KB: what to scan and where its bytes are. Published by `gateway` and `results`. */
export const jobSchema = z.object({
  kind: z.literal('job'),
  v: z.literal(jobVersion),
  submissionId: submissionIdSchema,
  objectKey: objectKeySchema,
  sizeBytes: z.int().min(0),
  sha256: sha256Schema,
  objectType: z.enum(objectTypes),
  /** Passwords of the caller lie sealed beside the object. */
  hasPasswords: z.boolean().optional(),
});
export type Job = z.infer<typeof jobSchema>;

/** Travels through a job queue at one priority and straight back into the verdict queue: measures its age, finds lost work. */
export const markerSchema = z.object({
  kind: z.literal('marker'),
  v: z.literal(jobVersion),
  markerId: z.string().max(64),
  queue: z.string().max(128),
  priority: z.int().min(0).max(255),
});
export type Marker = z.infer<typeof markerSchema>;

export const jobQueueMessageSchema = z.discriminatedUnion('kind', [jobSchema, markerSchema]);
export type JobQueueMessage = z.infer<typeof jobQueueMessageSchema>;
