import { z } from 'zod';
import { decisionSetSchema, sha256Schema, submissionIdSchema } from './identifiers.js';
import { markerSchema } from './job.message.js';
import { importances, technologies } from './states.js';

export const verdictVersion = 1;

/** Bounds of one verdict message. Detections beyond are counted, not listed. */
export const maxVerdictBytes = 256 * 1024;
export const maxDetections = 1000;

const text = z.string().max(1024);

export const detectionSchema = z.object({
  engine: z.string().max(64),
  technology: z.enum(technologies),
  /** What the engine calls it: a signature's or a rule's name. */
  name: text,
  /** Labels from the object down to the part, outermost first; empty for the object itself. Labels, never paths. */
  path: z.array(text).max(32),
  /** Of the part's bytes; missing where it is the object itself, and from scanners before 0.2. */
  sha256: sha256Schema.optional(),
  /** Where the scanner's settings say so; else it goes by the name. */
  importance: z.enum(importances).optional(),
});
export type Detection = z.infer<typeof detectionSchema>;

/** Why an object cannot be said to be clean. The words appear in reports. */
export const verdictReasons = [
  'encrypted',
  'too-large',
  'limit-exceeded',
  'unsupported',
  'damaged',
  'ambiguous',
  'engine-failed',
  'engine-timeout',
  'no-engine',
  'test-signatures',
  'signatures-too-old',
  'object-missing',
  'object-altered',
  'unproven',
  'too-many-begins',
  'too-many-attempts',
  'bad-message',
] as const;
export type VerdictReason = (typeof verdictReasons)[number];

/** One place of the object that one engine did not see, and why. */
export const notExaminedSchema = z.object({
  /** Labels from the object down to the part; empty for the object itself. */
  path: z.array(text).max(32),
  engine: z.string().max(64),
  reason: z.enum(verdictReasons),
  /** The bound that was reached: the setting's name, or the engine's own word. */
  limit: z.string().max(64).optional(),
  /** For people: one clause. */
  detail: text.optional(),
});
export type NotExamined = z.infer<typeof notExaminedSchema>;
/** More is counted, not listed. */
export const maxNotExamined = 100;

/** One engine's part in a verdict. */
export const engineRunSchema = z.object({
  engine: z.string().max(64),
  technology: z.enum(technologies),
  version: z.string().max(128),
  /** ISO 8601, UTC; null when the engine has no dated signatures. */
  signaturesAt: z.iso.datetime().nullable(),
  isTestSignatures: z.boolean(),
  /** `excused`: it found something, and all of it is on the allow list. */
  outcome: z.enum(['clean', 'infected', 'excused', 'unscannable', 'failed']),
  reason: z.enum(verdictReasons).nullable(),
  durationMs: z.number().min(0),
  /** The inspector's: parts that were sealed under a password which was among those tried. Which one is not said. */
  unsealedCount: z.int().min(1).optional(),
});
export type EngineRun = z.infer<typeof engineRunSchema>;

export const examinedObjectSchema = z.object({
  md5: z.string().regex(/^[0-9a-f]{32}$/),
  sha1: z.string().regex(/^[0-9a-f]{40}$/),
  sha256: sha256Schema,
  /** MIME type found from the bytes, e.g. `application/zip`. */
  detectedType: z.string().max(128),
  /** For mail: headers for the alert. */
  mail: z
    .object({
      from: text.nullable(),
      to: z.array(text).max(64),
      /** Absent: from a scanner of the release before. */
      cc: z.array(text).max(64).optional(),
      subject: text.nullable(),
      messageId: text.nullable(),
    })
    .nullable(),
});
export type ExaminedObject = z.infer<typeof examinedObjectSchema>;
export type MailHeaders = NonNullable<ExaminedObject['mail']>;

/**
 * `outcome` is conclusive (`clean`, `infected`, `error`, `timeout`) or `failed-attempt`: an engine failed on this
 * object while healthy; the ledger counts it and publishes the job again later.
 */
export const verdictSchema = z.object({
  kind: z.literal('verdict'),
  v: z.literal(verdictVersion),
  submissionId: submissionIdSchema,
  outcome: z.enum(['clean', 'infected', 'error', 'timeout', 'failed-attempt']),
  reason: z.enum(verdictReasons).nullable(),
  /** Advice for people, cleaned; never a path or a stack. */
  reasonText: text.nullable(),
  detections: z.array(detectionSchema).max(maxDetections),
  /** All detections, listed or not. */
  detectionsTotal: z.int().min(0),
  engines: z.array(engineRunSchema).max(32),
  /** What was not seen, by whom and why; scanners before 0.2 say nothing of it. */
  notExamined: z.array(notExaminedSchema).max(maxNotExamined).default([]),
  notExaminedTotal: z.int().min(0).default(0),
  /** Every reason there is for what was not seen, of places that are counted and not listed too. Scanners before 0.2: none. */
  notExaminedReasons: z.array(z.enum(verdictReasons)).max(verdictReasons.length).default([]),
  /** Null when the object could not be read. */
  object: examinedObjectSchema.nullable(),
  scanner: z.string().max(128),
  /** What decided (registry.message.ts), when it was the same before and after the scan: only then it may be told again. */
  decisionSet: decisionSetSchema.optional(),
  /** ISO 8601, UTC, by the scanner's clock. */
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** Most verdicts in one message, and its size at most. */
export const maxVerdictsPerMessage = 64;
export const maxVerdictsBytes = 256 * 1024;

/** What a busy scanner found in several objects meanwhile: one message, one confirm. Each stands for itself. */
export const verdictsSchema = z.object({
  kind: z.literal('verdicts'),
  v: z.literal(verdictVersion),
  verdicts: z.array(verdictSchema).min(1).max(maxVerdictsPerMessage),
});
export type Verdicts = z.infer<typeof verdictsSchema>;

export const verdictQueueMessageSchema = z.discriminatedUnion('kind', [
  verdictSchema,
  verdictsSchema,
  markerSchema,
]);
export type VerdictQueueMessage = z.infer<typeof verdictQueueMessageSchema>;
