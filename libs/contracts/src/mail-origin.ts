import { z } from 'zod';

const claimed = z.string().max(1024).nullable();

/**
 * Where a mail came from, as its sensor saw it: beside the envelope, for alerts and searches. Claimed by the sensor and
 * cleaned, never believed; null where it said nothing.
 */
export const mailOriginSchema = z.object({
  /** Of the SMTP client. */
  clientAddress: claimed,
  /** The name its address resolves to. */
  clientName: claimed,
  helo: claimed,
  authenticatedUser: claimed,
  /** The MTA's: what its log calls the message. */
  queueId: claimed,
  messageId: claimed,
});
export type MailOrigin = z.infer<typeof mailOriginSchema>;

export const mailOriginFields = Object.keys(mailOriginSchema.shape) as readonly (keyof MailOrigin)[];
