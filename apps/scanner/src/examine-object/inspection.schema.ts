import {
  detectionSchema,
  engineStatusSchema,
  examinedObjectSchema,
  maxDetections,
  unexaminedReasons,
} from '@sluice/contracts';
import { z } from 'zod';

/** Between the scanner and its inspector processes. What comes from there is validated like any stranger's word. */
export const inspectorConfigSchema = z.object({
  rulesFolder: z.string().nullable(),
  denyFile: z.string().nullable(),
  allowFile: z.string().nullable(),
});
export type InspectorConfig = z.infer<typeof inspectorConfigSchema>;

export const inspectorRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('self-test') }),
  z.object({
    kind: z.literal('inspect'),
    objectType: z.enum(['file', 'email']),
    timeLimitMs: z.number().min(0),
  }),
  /** The parts from number `from` on (the object is number 0), as many as fit. */
  z.object({
    kind: z.literal('extract'),
    objectType: z.enum(['file', 'email']),
    timeLimitMs: z.number().min(0),
    from: z.int().min(1),
  }),
]);
export type InspectorRequest = z.infer<typeof inspectorRequestSchema>;

const label = z.string().max(1024);
export const maxExtractedBytes = 8 * 1024 * 1024;

/** `clean` and `infected` as the part engines said over all parts; detections carry their paths. */
export const partEngineRunSchema = z.object({
  engine: z.enum(['yara', 'hash-list']),
  outcome: z.enum(['clean', 'infected', 'failed']),
  detections: z.array(detectionSchema).max(maxDetections),
  detectionsTotal: z.int().min(0),
  durationMs: z.number().min(0),
});
export type PartEngineRun = z.infer<typeof partEngineRunSchema>;

export const inspectionSchema = z.object({
  kind: z.literal('inspection'),
  detectedType: z.string().max(128),
  mail: examinedObjectSchema.shape.mail,
  partCount: z.int().min(1),
  isOutOfTime: z.boolean(),
  /** The object itself is on the allow list. */
  isAllowed: z.boolean(),
  unexamined: z.array(z.object({ reason: z.enum(unexaminedReasons), path: z.array(label).max(32) })).max(100),
  runs: z.array(partEngineRunSchema).max(8),
});
export type Inspection = z.infer<typeof inspectionSchema>;

export const extractionSchema = z.object({
  kind: z.literal('extraction'),
  parts: z.array(z.object({ path: z.array(label).max(32), base64: z.base64() })).max(1000),
});

export const inspectorAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), engines: z.array(engineStatusSchema).max(8) }),
  inspectionSchema,
  extractionSchema,
]);
export type InspectorAnswer = z.infer<typeof inspectorAnswerSchema>;
