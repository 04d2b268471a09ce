import { z } from 'zod';
import { objectKeySchema, submissionIdSchema } from '../identifiers.js';
import { alertDispositions, alertStates } from '../states.js';

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
  /** An alert that is in another state now is left as it is: whoever asks decided on what they saw. */
  ifState: z.enum(alertStates).optional(),
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
/** `changed`: those that differed before; `left`: those in another state than `ifState`, none before 0.2.0. */
export const changeAlertsAnswerSchema = z.object({ changed: z.int(), left: z.int().default(0) });
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
