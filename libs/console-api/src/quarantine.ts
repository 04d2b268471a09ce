import { holdStates, quarantineOutcomes, scanStates, sentForms, systemTypes } from '@sluice/contracts';
import { z } from 'zod';
import { keptMessageSchema, objectFactsSchema, rescannedSchema, scanSchema } from './scans.js';
import { count, maybeText, maybeTime, time } from './values.js';

/** What the receiver said about each recipient asked. */
const answersSchema = z.array(
  z.strictObject({
    /** Null: a blind one; of the answer its codes are left then. */
    recipient: maybeText,
    outcome: z.enum(['taken', 'refused', 'later']),
    answer: z.string(),
  }),
);

const releaseSchema = z.strictObject({
  at: time,
  operator: z.string(),
  /** `refusal`: word to the sender that it is not delivered. */
  form: z.enum(sentForms),
  /** Without blind ones. */
  recipients: z.array(z.string()),
  /** `refused`: by one recipient's server at least, for good. */
  state: z.enum(['waiting', 'delivered', 'refused']),
  attempts: count,
  /** What the receiver said last about each recipient asked so far. */
  answers: answersSchema,
  /** Null: it is being sent, or there is none. In the past: within seconds. */
  nextAttemptAt: maybeTime,
  /** Oldest first, the last twenty; attempts in a row that were answered the same are one. */
  attemptLog: z.array(z.strictObject({ from: time, until: time, count, answers: answersSchema })),
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
  /** `held`: Sluice alone has this mail, and keeps it until someone decides or its retention is over. Null: it never was. */
  hold: z.strictObject({ state: z.enum(holdStates), since: time }).nullable(),
  /** Null: newer signatures said nothing else. `state` and `names` stay those of when it was kept. */
  rescanned: rescannedSchema.nullable(),
  /** Null: nothing was detected. */
  alertId: z.int().nullable(),
  registrationId: z.uuid(),
  sensorId: z.string(),
  systemName: maybeText,
  type: z.enum(systemTypes),
  object: objectFactsSchema.pick({ name: true, type: true, size: true, sha256: true }),
  /** Null when it is no mail. */
  message: keptMessageSchema.nullable(),
  /** The last one; null: it was never released. */
  release: releaseSchema.nullable(),
});
export type Quarantined = z.infer<typeof quarantinedSchema>;

/** One scan with what quarantine has of it; null: nothing is kept. */
export const scanCardSchema = z.strictObject({ ...scanSchema.shape, kept: quarantinedSchema.nullable() });
export type ScanCard = z.infer<typeof scanCardSchema>;

/** What became of each that was asked for, in their order; the others were done all the same. */
export const quarantineChangeSchema = z.strictObject({
  items: z.array(z.strictObject({ id: z.uuid(), outcome: z.enum(quarantineOutcomes) })),
});
export type QuarantineChange = z.infer<typeof quarantineChangeSchema>;

/** Text only: characters that would not be seen are written out, `[U+202E]`. */
export const mailPreviewSchema = z.strictObject({
  /** Of the envelope. */
  recipients: z.array(z.string()),
  /** Of these, the ones that stand in no To or Cc. */
  blindRecipients: z.array(z.string()),
  /** As they stand in the mail; a line that is no field has no name. */
  headers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  parts: z.array(
    z.strictObject({
      /** In how many mails inside of the mail it is. */
      depth: count,
      type: z.string(),
      name: maybeText,
      /** As it stands in the mail, encoded. */
      sizeBytes: count,
      /** Null: it is no text. */
      text: maybeText,
    }),
  ),
  /** There is more than is shown. */
  isCut: z.boolean(),
});
export type MailPreviewAnswer = z.infer<typeof mailPreviewSchema>;
