import {
  detectionSchema,
  engineRunSchema,
  notExaminedSchema,
  objectTypes,
  policyAppliedSchema,
  scanStates,
  systemTypes,
} from '@sluice/contracts';
import { z } from 'zod';
import { count, maybeText, maybeTime, time } from './values.js';

export const objectFactsSchema = z.strictObject({
  name: maybeText,
  type: z.enum(objectTypes),
  size: count,
  sha256: z.string(),
  sha1: maybeText,
  md5: maybeText,
  detectedType: maybeText,
  isKept: z.boolean(),
  keptUntil: maybeTime,
});
export type ObjectFacts = z.infer<typeof objectFactsSchema>;

/** Who wrote to whom, while the mail is kept. The subject is as the message claims. */
export const keptMessageSchema = z.strictObject({
  sender: maybeText,
  /** Of the envelope, those that the message names. */
  recipients: z.array(z.string()),
  /** How many more there are: only who reads the mail gets to know them. */
  blindRecipients: count,
  subject: maybeText,
});
export type KeptMessage = z.infer<typeof keptMessageSchema>;

/** The scan whose verdict was told again for the same bytes, and when engines saw them. */
export const reusedSchema = z.strictObject({ of: z.uuid(), examinedAt: time });
export type Reused = z.infer<typeof reusedSchema>;

export const forgottenVerdictsSchema = z.strictObject({ forgotten: count });
export type ForgottenVerdicts = z.infer<typeof forgottenVerdictsSchema>;

/** What the newest signatures say of a kept object, where that is another word than before. */
export const rescannedSchema = z.strictObject({
  state: z.enum(scanStates),
  stateBefore: z.enum(scanStates),
  at: time,
  names: z.array(z.string()),
  scanner: maybeText,
  /** All that decided there, as one name. */
  decisionSet: z.string(),
  /** The scan that said so. */
  scan: z.uuid(),
});
export type Rescanned = z.infer<typeof rescannedSchema>;

export const scanSchema = z.strictObject({
  id: z.uuid(),
  scanId: maybeText,
  sensorInstanceId: maybeText,
  registrationId: z.uuid(),
  sensorId: z.string(),
  systemName: maybeText,
  type: z.enum(systemTypes),
  sourceAddress: z.string(),
  state: z.enum(scanStates),
  reason: maybeText,
  reasonText: maybeText,
  /** Does its caller still see it? */
  isVisibleToCaller: z.boolean(),
  rescanOf: maybeText,
  /** It was no operator's wish: signatures had changed. */
  isOfRescanWave: z.boolean(),
  /** Null: no other word of its object, or it is no longer kept. */
  rescanned: rescannedSchema.nullable(),
  /** Null: engines saw this object. */
  reused: reusedSchema.nullable(),
  object: objectFactsSchema,
  /** Null: no mail, or none that is kept; of clean mail neither sender nor subject is told. */
  message: keptMessageSchema.nullable(),
  times: z.strictObject({ accepted: time, started: maybeTime, finished: maybeTime }),
  queue: z.string(),
  priority: z.int(),
  begins: count,
  attempts: count,
  scanner: maybeText,
  detections: z.array(detectionSchema),
  detectionsTotal: count,
  engines: z.array(engineRunSchema),
  notExamined: z.array(notExaminedSchema),
  notExaminedTotal: count,
  /** Null: no policy changed the state. */
  policyApplied: policyAppliedSchema.nullable(),
  /** Null: no release changed the state. */
  released: z.strictObject({ releaseId: z.uuid(), stateBefore: z.enum(scanStates) }).nullable(),
});
export type Scan = z.infer<typeof scanSchema>;

export const failedJobSchema = z.strictObject({
  id: z.int(),
  kind: z.enum(['scan', 'message']),
  scan: maybeText,
  scanId: maybeText,
  registrationId: maybeText,
  sensorId: maybeText,
  type: z.enum(systemTypes).nullable(),
  reason: z.string(),
  reasonText: maybeText,
  source: maybeText,
  excerpt: maybeText,
  failedAt: time,
  object: z.strictObject({ name: maybeText, sha256: z.string(), size: z.number().nullable() }).nullable(),
  /** Null: no mail, or none that is kept. */
  message: keptMessageSchema.nullable(),
  canRetry: z.boolean(),
});
export type FailedJob = z.infer<typeof failedJobSchema>;
