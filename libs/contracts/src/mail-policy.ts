import { z } from 'zod';
import { unexaminedReasons } from './engine.js';

/**
 * What can become of a mail, strictest first: where several hold, the first counts. Nothing is ever thrown away in silence.
 *
 * | action     | sender's server                    | recipient                        |
 * |------------|------------------------------------|----------------------------------|
 * | reject     | 550, tells the sender               | nothing                          |
 * | quarantine | 250                                | nothing, until the MTA's operator releases it |
 * | hold       | 250                                | nothing, until an operator of Sluice releases it; Sluice alone has the mail |
 * | tempfail   | 451, tries again for some days     | nothing until it is answered otherwise |
 * | tag        | 250                                | the mail, with headers that say so |
 */
export const mailActions = ['reject', 'quarantine', 'hold', 'tempfail', 'tag'] as const;
export type MailAction = (typeof mailActions)[number];

/** Where there is no verdict there is nothing that Sluice could hold. */
export const awayActions = [
  'reject',
  'quarantine',
  'tempfail',
  'tag',
] as const satisfies readonly MailAction[];
export type AwayAction = (typeof awayActions)[number];

/**
 * What was looked at and not examined in full is kept from its recipients. To let it through is the policy for unexamined
 * objects, by reason, which `results` applies.
 */
export const keepingActions = [
  'reject',
  'quarantine',
  'hold',
  'tempfail',
] as const satisfies readonly MailAction[];
export type KeepingAction = (typeof keepingActions)[number];

/**
 * Why a mail has no verdict: what lies in the mail, then what lies in Sluice. `failed` is whatever is not among the others, such
 * as an engine that did not answer.
 */
export const mailReasons = [...unexaminedReasons, 'timeout', 'failed'] as const;
export type MailReason = (typeof mailReasons)[number];

/** What is too large is not submitted, so that there is nothing to hold. */
export const canBeHeld = (reason: MailReason): boolean => reason !== 'too-large';

export const mailHoldSeconds = { min: 1, max: 480 } as const;
export const mailMaxBytes = { min: 1024, max: 2 ** 40 } as const;
/** Of each list of a mail policy. */
export const mailListEntries = 100;

const list = z.array(z.string().min(1).max(254).regex(/^\S+$/, 'has a blank')).max(mailListEntries);

const fields = {
  whenDetected: z.enum(mailActions),
  whenNotExamined: z
    .partialRecord(z.enum(mailReasons), z.enum(keepingActions))
    .refine((chosen) => mailReasons.every((reason) => canBeHeld(reason) || chosen[reason] !== 'hold'), {
      error: 'too-large cannot be held: such a mail is not submitted',
    }),
  whenAway: z.enum(awayActions),
  maxMessageBytes: z.int().min(mailMaxBytes.min).max(mailMaxBytes.max),
  holdSeconds: z.int().min(mailHoldSeconds.min).max(mailHoldSeconds.max),
  /** Mail that is let through without a look: by what a sender says of itself, ... */
  skipSenders: list,
  /** ... where all recipients are listed, ... */
  skipRecipients: list,
  /** ... by the user that logged in, `*` each of them, ... */
  skipUsers: list,
  /** ... by address or network of the SMTP client. */
  skipClients: list,
};

/**
 * What a mail sensor does, as an administrator chose it. What is not there is left to the options of its listener; of
 * `whenNotExamined` each reason for itself.
 */
export const mailPolicySchema = z.strictObject(fields).partial();
export type MailPolicyRecord = z.infer<typeof mailPolicySchema>;

/** A change of it: what is not there stays as it is, null is left to the listener from now on. */
export const mailPolicyChangeSchema = z
  .strictObject({
    whenDetected: fields.whenDetected.nullable(),
    whenNotExamined: fields.whenNotExamined.nullable(),
    whenAway: fields.whenAway.nullable(),
    maxMessageBytes: fields.maxMessageBytes.nullable(),
    holdSeconds: fields.holdSeconds.nullable(),
    skipSenders: list.nullable(),
    skipRecipients: list.nullable(),
    skipUsers: list.nullable(),
    skipClients: list.nullable(),
  })
  .partial()
  .meta({
    description: 'what a mail sensor does with mail; null leaves a field to the options of its listener',
  });
export type MailPolicyChange = z.infer<typeof mailPolicyChangeSchema>;

/** As a sensor is given it with `GET /scans/filters`. The version grows with each change. */
export const mailPolicyOfSensorSchema = z.object({ version: z.int().min(1), policy: mailPolicySchema });
export type MailPolicyOfSensor = z.infer<typeof mailPolicyOfSensorSchema>;
