import { z } from 'zod';
import {
  identifierSchema,
  objectKeySchema,
  scanIdSchema,
  sha256Schema,
  submissionIdSchema,
} from '../identifiers.js';
import { jobSchema } from '../job.message.js';
import { mailOriginSchema } from '../mail-origin.js';
import { objectTypes, scanStates, technologies, type ScanState } from '../states.js';
import { jobQueueKinds } from '../topology.js';
import { policyAppliedSchema } from '../unexamined-policy.js';
import { detectionSchema, engineRunSchema, notExaminedSchema, verdictReasons } from '../verdict.message.js';
import { maxAcceptItems } from './limits.js';

const instance = z.union([z.literal(''), identifierSchema]);
const instanceFilter = identifierSchema.nullable();
const text = z.string().max(1024);

export const acceptItemSchema = z.object({
  /** Made by the gateway, never reused (UUID v7): a redelivered request finds its own row. */
  submissionId: submissionIdSchema,
  sensorId: identifierSchema,
  fingerprint: sha256Schema,
  /** The registration the gateway saw; refused when the pair belongs to another one by now. */
  registrationId: z.uuid(),
  scanId: scanIdSchema.nullable(),
  instance,
  objectKey: objectKeySchema,
  sizeBytes: z.int().min(0),
  sha256: sha256Schema,
  objectType: z.enum(objectTypes),
  objectName: text.nullable(),
  mailFrom: text.nullable(),
  rcptTo: z.array(text).max(100),
  /** Gateways before 0.2: none. */
  mailOrigin: mailOriginSchema.nullable().default(null),
  sourceAddress: z.string().max(64),
  /** The gateway can publish to the queue of mail; those of the releases before would refuse the answer. */
  hasMailQueue: z.boolean().default(false),
  /** The gateway publishes no job for what `isDone`; those of the releases before would. */
  takesDone: z.boolean().default(false),
  /** Asked again after an answer was lost: `accepted` when its row was committed, otherwise `not-accepted` and no row. */
  onlyIfKnown: z.boolean().default(false),
  /** Tells passwords that came with the object from others without saying anything about them; absent: none came. */
  passwordsMark: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /** Of a mail sensor's object: what is the same when a mail server passed it on (object-store). Absent: not made. */
  mailDigest: sha256Schema.optional(),
});
export type AcceptItem = z.infer<typeof acceptItemSchema>;

export const acceptRequestSchema = z.object({
  v: z.literal(1),
  items: z.array(acceptItemSchema).min(1).max(maxAcceptItems),
});
export type AcceptRequest = z.infer<typeof acceptRequestSchema>;

/**
 * Per item, in order:
 * `accepted`: the row is committed; publish `job` to `queue` at `priority`, unless `isDone`: it has its verdict already.
 * `exists`: the same submission stands already; the object just stored is not needed.
 * `limit`: too many unfinished scans. `not-accepted`: the pair is not (or no longer) accepted.
 * `invalid`: the data cannot be stored (only this item is refused).
 * `group-closed`: the file with its bytes goes, it was asked for too late; answered as when the ledger does not answer.
 */
export const acceptOutcomeSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('accepted'),
    queue: z.enum(jobQueueKinds),
    priority: z.int().min(0).max(10),
    job: jobSchema,
    isDone: z.boolean().optional(),
  }),
  z.object({ outcome: z.literal('exists') }),
  z.object({ outcome: z.literal('limit'), scope: z.enum(['all', 'system']) }),
  z.object({ outcome: z.literal('not-accepted') }),
  z.object({ outcome: z.literal('invalid') }),
  z.object({ outcome: z.literal('group-closed') }),
]);
export type AcceptOutcome = z.infer<typeof acceptOutcomeSchema>;
export const acceptAnswerSchema = z.object({
  outcomes: z.array(acceptOutcomeSchema),
  /** Every service that may come across an object reads those that share a file. `results` before 0.2: not said, so no. */
  sharesFiles: z.boolean().default(false),
});

/** Is there room for one more scan? Asked before `100 Continue`. */
export const admitRequestSchema = z.object({ registrationId: z.uuid(), isMail: z.boolean() });
export const admitAnswerSchema = z.object({
  isAdmitted: z.boolean(),
  scope: z.enum(['all', 'system']).nullable(),
});

export const statesRequestSchema = z.object({
  registrationId: z.uuid(),
  instance: instanceFilter,
  /** Null: all. */
  states: z.array(z.enum(scanStates)).nullable(),
  limit: z.int().min(1).max(1000),
  /** Opaque, from `next` of the page before; null: from the oldest. */
  after: z.string().max(64).nullable(),
});
export type StatesRequest = z.infer<typeof statesRequestSchema>;
export const statesAnswerSchema = z.object({
  scans: z.array(z.object({ scanId: z.string(), state: z.enum(scanStates) })),
  next: z.string().nullable(),
});
export type StatesAnswer = z.infer<typeof statesAnswerSchema>;

export const scanRequestSchema = z.object({
  registrationId: z.uuid(),
  scanId: scanIdSchema,
  /** Empty: the scan that was submitted without one. */
  instance: instance.nullable(),
});
export type ScanRequest = z.infer<typeof scanRequestSchema>;

/** Of a scan, what a release of its mail overrides. */
const stoppingStates = ['detect', 'timeout', 'error'] as const satisfies readonly ScanState[];

/** The report callers read (wire contract, GET /scans/{scanId}). Times are ISO 8601, UTC. */
export const reportSchema = z.object({
  scanId: z.string(),
  sensorInstanceId: z.string().nullable(),
  state: z.enum(scanStates),
  reason: z.enum(verdictReasons).nullable(),
  reasonText: z.string().nullable(),
  times: z.object({ accepted: z.string(), started: z.string().nullable(), finished: z.string().nullable() }),
  object: z.object({
    name: z.string().nullable(),
    size: z.int(),
    md5: z.string().nullable(),
    sha1: z.string().nullable(),
    sha256: z.string(),
    type: z.string().nullable(),
  }),
  detections: z.array(detectionSchema),
  detectionsTotal: z.int(),
  engines: z.array(engineRunSchema),
  /** What was not seen, by which engine and why: the first hundred. */
  notExamined: z.array(notExaminedSchema),
  notExaminedTotal: z.int(),
  /** Null: `state` is what the engines' word comes to. Else the system's policy made something else of it. */
  policyApplied: policyAppliedSchema.nullable(),
  /** Null: no release changed the state. Else it is a mail that an operator let through; what was found stands here all the same. */
  released: z
    .object({ stateBefore: z.enum(stoppingStates) })
    .nullable()
    .default(null),
  /** Null: engines saw this object. Else they saw the same bytes then, and their verdict was told again. */
  reused: z.object({ examinedAt: z.string() }).nullable().default(null),
  attempts: z.int(),
});
export type Report = z.infer<typeof reportSchema>;
export const reportAnswerSchema = z.object({ report: reportSchema.nullable() });

export const holdRequestSchema = scanRequestSchema.pick({ registrationId: true, scanId: true });
export type HoldRequest = z.infer<typeof holdRequestSchema>;

export const deleteRequestSchema = z.object({ items: z.array(scanRequestSchema).min(1).max(maxAcceptItems) });
/** Per item, in order: how many results it removed from the caller's view (0: unknown id). */
export const deleteAnswerSchema = z.object({ deleted: z.array(z.int()) });
export const deleteAllRequestSchema = z.object({ registrationId: z.uuid(), instance: instanceFilter });
export const deleteAllAnswerSchema = z.object({ ok: z.literal(true) });

export const detectsRequestSchema = z.object({
  registrationId: z.uuid(),
  types: z.array(z.enum(technologies)).nullable(),
  limit: z.int().min(1).max(10_000),
  /** Alert id; the answer holds only larger ones. */
  afterId: z.int().min(0),
});
export type DetectsRequest = z.infer<typeof detectsRequestSchema>;
/** Elements are the wire contract's, ready to send. `lastId`: largest id looked at, also when the filter left it out. */
export const detectsAnswerSchema = z.object({
  detects: z.array(z.record(z.string(), z.unknown())),
  lastId: z.int(),
});
