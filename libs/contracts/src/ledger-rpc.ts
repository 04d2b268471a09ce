import { z } from 'zod';
import { holdAnswerSchema } from './held-mail.js';
import {
  identifierSchema,
  objectKeySchema,
  scanIdSchema,
  sha256Schema,
  submissionIdSchema,
} from './identifiers.js';
import { jobSchema } from './job.message.js';
import { mailOriginSchema } from './mail-origin.js';
import { registryChangesSchema } from './registry.message.js';
import {
  alertDispositions,
  alertStates,
  objectTypes,
  scanStates,
  technologies,
  type ScanState,
} from './states.js';
import { jobQueueKinds } from './topology.js';
import { policyAppliedSchema } from './unexamined-policy.js';
import { detectionSchema, engineRunSchema, notExaminedSchema, verdictReasons } from './verdict.message.js';

/**
 * Requests to `results` over the exchange `sluice.rpc`. The pattern is the routing key, so that the broker's topic
 * permissions decide who may ask what; `results` refuses a message whose body names another pattern than its key.
 */
export const maxAcceptItems = 64;
/** A request expires on the broker after this; then the caller answers 503. */
export const rpcTimeoutMs = 5000;

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
]);
export type AcceptOutcome = z.infer<typeof acceptOutcomeSchema>;
export const acceptAnswerSchema = z.object({ outcomes: z.array(acceptOutcomeSchema) });

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

export const registryChangesRequestSchema = z.object({
  /** 0: from nothing. */
  since: z.int().min(0),
  limit: z.int().min(1).max(2000),
});

export const beginRequestSchema = z.object({
  submissionId: submissionIdSchema,
  scanner: z.string().max(128),
});
/** `go`; `go-alone`: only when no other slot works; `drop`: nothing to do (finished, deleted, or given up). */
export const beginAnswerSchema = z.object({ decision: z.enum(['go', 'go-alone', 'drop']), begins: z.int() });

/**
 * The change as the console announced it in the database, where who asked for it stands: with this id `results` writes
 * the audit entry in the transaction that makes the change, once.
 */
const audited = { changeId: z.uuid() };

/** Changes operators make to what the ledger owns. `operator` goes into the alert's change log. */
export const changeAlertRequestSchema = z.object({
  alertId: z.int().min(1),
  operator: z.string().max(128),
  state: z.enum(alertStates).optional(),
  assignee: z.string().max(128).nullable().optional(),
  /** Only closed alerts have one; opening again takes it away. Null takes it away, too. */
  disposition: z.enum(alertDispositions).nullable().optional(),
  comment: z.string().max(4096).optional(),
  ...audited,
});
/** `sealed`: the kept object is encrypted, and its key did not come with the request, or too late. */
export const changeAnswerSchema = z.object({
  outcome: z.enum(['done', 'not-found', 'conflict', 'object-gone', 'sealed', 'object-altered']),
});
/** The same change to several at once; those that are gone meanwhile are left out. */
export const mostAlertsAtOnce = 500;
export const changeAlertsRequestSchema = changeAlertRequestSchema.omit({ alertId: true }).extend({
  alertIds: z.array(z.int().min(1)).min(1).max(mostAlertsAtOnce),
});
/** `changed`: those that differed before. */
export const changeAlertsAnswerSchema = z.object({ changed: z.int() });
export const submissionChangeRequestSchema = z.object({
  submissionId: submissionIdSchema,
  operator: z.string().max(128),
  ...audited,
});
export const failedJobChangeRequestSchema = z.object({
  failedJobId: z.int().min(1),
  operator: z.string().max(128),
  ...audited,
});
/** Opens the one object that is to be scanned again, and nothing else: only the console can tell it. */
const dataKey = {
  dataKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional(),
};
export const rescanRequestSchema = submissionChangeRequestSchema.extend(dataKey);
/** Of the wave that runs (`ledger.rescan_due`): no operator asks, so the wave is audited, and not each of its objects. */
export const rescanKeptRequestSchema = z.object({
  objectKey: objectKeySchema,
  wave: z.int().min(1),
  ...dataKey,
});
export type RescanKeptRequest = z.infer<typeof rescanKeptRequestSchema>;
/** `conflict`: no room now, or no longer this wave's; all others but `done` count as looked at in vain. */
export const rescanKeptAnswerSchema = z.object({
  outcome: z.enum(['done', 'conflict', 'object-gone', 'sealed', 'object-altered']),
});
export const retryFailedJobRequestSchema = failedJobChangeRequestSchema.extend(dataKey);

/** How a mail leaves quarantine: as it came, or attached to a mail of Sluice's own. */
export const releaseForms = ['original', 'attachment'] as const;
/** What leaves for a mail: besides, word to its sender that a held one is refused. */
export const sentForms = [...releaseForms, 'refusal'] as const;
export const mostReleasesAtOnce = 100;
/** A mail with as many may have had more: sensors name no further ones, so its envelope is not known in full. */
export const mostKnownRecipients = 80;
const quarantineChange = {
  submissionIds: z.array(submissionIdSchema).min(1).max(mostReleasesAtOnce),
  operator: z.string().max(128),
  comment: z.string().max(4096).optional(),
  ...audited,
};
export const releaseMailRequestSchema = z.object({
  ...quarantineChange,
  /** What `operator` is the name of. */
  operatorKind: z.enum(['operator', 'token']).default('operator'),
  form: z.enum(releaseForms),
  /** Also what newer signatures detect, and was kept for something else. */
  detectedSince: z.boolean().optional(),
  /** Null: to those it was sent to. */
  to: z.string().max(320).nullable(),
});
/**
 * `conflict`: it is being released, or scanned again. `no-recipients`: no envelope came with it, or only a part of it
 * is known. `not-mail`: nothing that a mail server could take. `not-held`: someone else has it, so no one need be told.
 * `detected-since`: newer signatures detect it, which it was not kept for, and the request does not say that it knows.
 * `no-sender`: it came from the null sender, to whom nothing is ever sent.
 */
export const quarantineOutcomes = [
  'done',
  'not-found',
  'conflict',
  'not-mail',
  'no-recipients',
  'not-held',
  'no-sender',
  'detected-since',
] as const;
export type QuarantineOutcome = (typeof quarantineOutcomes)[number];
/** One for each that was asked for, in their order. */
export const quarantineAnswerSchema = z.object({ outcomes: z.array(z.enum(quarantineOutcomes)) });
export const deleteKeptRequestSchema = z.object(quarantineChange);
export const refuseHeldRequestSchema = z.object(quarantineChange);

/** Verdicts that are told again no more; what is absent does not matter. */
export const forgetVerdictsRequestSchema = z.object({
  scanner: z.string().max(128).optional(),
  /** Recorded since then, and before then. ISO 8601. */
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  operator: z.string().max(128),
  ...audited,
});
export type ForgetVerdictsRequest = z.infer<typeof forgetVerdictsRequestSchema>;
export const forgetVerdictsAnswerSchema = z.object({ forgotten: z.int() });

/** Pattern → request and answer. The service in the pattern is the one the broker lets ask it. */
export const ledgerRpc = {
  accept: { pattern: 'ledger.gateway.accept', request: acceptRequestSchema, answer: acceptAnswerSchema },
  admit: { pattern: 'ledger.gateway.admit', request: admitRequestSchema, answer: admitAnswerSchema },
  states: { pattern: 'ledger.gateway.states', request: statesRequestSchema, answer: statesAnswerSchema },
  report: { pattern: 'ledger.gateway.report', request: scanRequestSchema, answer: reportAnswerSchema },
  deleteScans: { pattern: 'ledger.gateway.delete', request: deleteRequestSchema, answer: deleteAnswerSchema },
  deleteAllScans: {
    pattern: 'ledger.gateway.delete-all',
    request: deleteAllRequestSchema,
    answer: deleteAllAnswerSchema,
  },
  detects: { pattern: 'ledger.gateway.detects', request: detectsRequestSchema, answer: detectsAnswerSchema },
  gatewayRegistryChanges: {
    pattern: 'ledger.gateway.registry-changes',
    request: registryChangesRequestSchema,
    answer: registryChangesSchema,
  },
  scannerRegistryChanges: {
    pattern: 'ledger.scanner.registry-changes',
    request: registryChangesRequestSchema,
    answer: registryChangesSchema,
  },
  /** Answered only after the commit. Asked again it is answered the same. */
  hold: { pattern: 'ledger.gateway.hold', request: holdRequestSchema, answer: holdAnswerSchema },
  begin: { pattern: 'ledger.scanner.begin', request: beginRequestSchema, answer: beginAnswerSchema },
  changeAlert: {
    pattern: 'ledger.console.change-alert',
    action: 'alert.change',
    request: changeAlertRequestSchema,
    answer: changeAnswerSchema,
  },
  changeAlerts: {
    pattern: 'ledger.console.change-alerts',
    action: 'alert.change-many',
    request: changeAlertsRequestSchema,
    answer: changeAlertsAnswerSchema,
  },
  rescan: {
    pattern: 'ledger.console.rescan',
    action: 'scan.rescan',
    request: rescanRequestSchema,
    answer: changeAnswerSchema,
  },
  rescanKept: {
    pattern: 'ledger.console.rescan-kept',
    request: rescanKeptRequestSchema,
    answer: rescanKeptAnswerSchema,
  },
  retryFailedJob: {
    pattern: 'ledger.console.retry-failed-job',
    action: 'failed-job.retry',
    request: retryFailedJobRequestSchema,
    answer: changeAnswerSchema,
  },
  deleteFailedJob: {
    pattern: 'ledger.console.delete-failed-job',
    action: 'failed-job.delete',
    request: failedJobChangeRequestSchema,
    answer: changeAnswerSchema,
  },
  forgetVerdicts: {
    pattern: 'ledger.console.forget-verdicts',
    action: 'scan.forget-verdicts',
    request: forgetVerdictsRequestSchema,
    answer: forgetVerdictsAnswerSchema,
  },
  releaseMail: {
    pattern: 'ledger.console.release-mail',
    action: 'quarantine.release',
    request: releaseMailRequestSchema,
    answer: quarantineAnswerSchema,
  },
  refuseHeld: {
    pattern: 'ledger.console.refuse-held',
    action: 'quarantine.refuse',
    request: refuseHeldRequestSchema,
    answer: quarantineAnswerSchema,
  },
  deleteKept: {
    pattern: 'ledger.console.delete-kept',
    action: 'quarantine.delete',
    request: deleteKeptRequestSchema,
    answer: quarantineAnswerSchema,
  },
} as const;
export type LedgerRpc = typeof ledgerRpc;
/** One request kind: what `libs/rpc` needs to ask and to answer it with types. */
export interface RpcDefinition<Request, Answer> {
  readonly pattern: string;
  readonly request: z.ZodType<Request>;
  readonly answer: z.ZodType<Answer>;
}
/** A request that changes something; `action`: how the audit log names it. */
export interface ChangeDefinition<Request, Answer> extends RpcDefinition<Request, Answer> {
  readonly action: string;
}
