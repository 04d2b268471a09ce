import {
  detectionSchema,
  engineStatusSchema,
  examinedObjectSchema,
  maxDetections,
  maxNotExamined,
  maxPasswords,
  plainPackings,
  unexaminedReasons,
} from '@sluice/contracts';
import { z } from 'zod';
import { partEngineNames } from './part-engines.js';

/** Between the scanner and its inspector processes. What comes from there is validated like any stranger's word. */
/** Bounds of a walk, by the names they have in the settings. */
export const walkLimitsSchema = z.object({
  maxDepth: z.int().min(1),
  maxParts: z.int().min(1),
  maxTotalBytes: z.int().min(1),
  maxPartBytes: z.int().min(1),
  maxHeldBytes: z.int().min(1),
  maxRatio: z.int().min(1),
});
export type InspectionLimits = z.infer<typeof walkLimitsSchema>;

export const inspectorRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('self-test') }),
  z.object({
    kind: z.literal('inspect'),
    objectType: z.enum(['file', 'email']),
    timeLimitMs: z.number().min(0),
    limits: walkLimitsSchema,
    /** Tried on what is encrypted, after what a mail announces. */
    passwords: z.array(z.string().max(128)).max(maxPasswords),
    /** Of the caller: tried before all others. */
    givenPasswords: z.array(z.string().max(256)).max(maxPasswords),
  }),
]);
export type InspectorRequest = z.infer<typeof inspectorRequestSchema>;

const label = z.string().max(1024);
const path = z.array(label).max(32);
const number = z.int().min(0);

/** Of a document: what content engines get as part of it only. */
const streamTotalsSchema = z.object({ count: number, totalBytes: number, largestBytes: number });

/** Before the bytes of a part that content engines have to see. */
export const shownPartSchema = z
  .object({
    number: number.min(1),
    within: z.array(number).min(1).max(32),
    path: path.min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    mime: z.string().max(128),
    streams: streamTotalsSchema,
    /** Who saw its parts saw all of it. */
    isCovered: z.boolean(),
    /** It stands in the object itself, and every reader of that gets these bytes. */
    packing: z.enum(plainPackings).optional(),
  })
  .refine(isInOrder, 'is not within what came before it');
export type ShownPart = z.infer<typeof shownPartSchema>;

function isInOrder(part: { number: number; within: number[]; path: string[] }): boolean {
  const chain = [...part.within, part.number];
  return (
    chain[0] === 0 &&
    chain.every((one, index) => index === 0 || one > (chain[index - 1] ?? one)) &&
    part.path.length === part.within.length
  );
}

export const unexaminedPartSchema = z.object({
  path,
  reason: z.enum(unexaminedReasons),
  limit: z.string().max(64).optional(),
  detail: label.optional(),
});

/** `clean`, `infected`, `excused` as a part engine said over all parts; detections carry their paths. */
export const partEngineRunSchema = z.object({
  engine: z.enum(partEngineNames),
  outcome: z.enum(['clean', 'infected', 'excused', 'failed']),
  detections: z.array(detectionSchema).max(maxDetections),
  detectionsTotal: number,
  /** Parts it judged: all there are, or its word is worth nothing. */
  partCount: number,
  durationMs: z.number().min(0),
});
export type PartEngineRun = z.infer<typeof partEngineRunSchema>;

export const inspectionSchema = z.object({
  kind: z.literal('inspection'),
  detectedType: z.string().max(128),
  mail: examinedObjectSchema.shape.mail,
  partCount: number.min(1),
  isOutOfTime: z.boolean(),
  /** Who saw the object's parts saw all of it. */
  isCovered: z.boolean(),
  streams: streamTotalsSchema,
  unexamined: z.array(unexaminedPartSchema).max(maxNotExamined),
  unexaminedTotal: number,
  /** Parts that a password opened. */
  unsealedCount: number,
  /** Every reason there is, of those that are not listed too. */
  unexaminedReasons: z.array(z.enum(unexaminedReasons)).max(unexaminedReasons.length),
  runs: z.array(partEngineRunSchema).max(partEngineNames.length),
});
export type Inspection = z.infer<typeof inspectionSchema>;

export const inspectorAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), engines: z.array(engineStatusSchema).max(partEngineNames.length) }),
  inspectionSchema,
]);
export type InspectorAnswer = z.infer<typeof inspectorAnswerSchema>;
