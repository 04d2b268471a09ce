import { z } from 'zod';

/**
 * A mail that Sluice took over: its MTA dropped its copy, so no one else has it.
 *
 * | state    | means                                                        | becomes                     |
 * |----------|--------------------------------------------------------------|-----------------------------|
 * | held     | Sluice alone has it: neither retention nor eviction takes it | released, refused, expired  |
 * | released | each of its recipients' servers took it                      |                             |
 * | refused  | an operator refused it, and its sender is told so            |                             |
 * | expired  | no one decided in time; `expiredHeldMail` says what followed |                             |
 */
export const holdStates = ['held', 'released', 'refused', 'expired'] as const;
export type HoldState = (typeof holdStates)[number];

/**
 * Why a mail is not held, so that its sender has to be told something else.
 *
 * | reason       |                                                                              |
 * |--------------|------------------------------------------------------------------------------|
 * | unknown      | there is no such scan                                                        |
 * | not-kept     | no verdict yet, none that keeps the object, it is gone, or it is being released |
 * | other-mail   | what is stored is not the mail and the envelope that the scan is named after |
 * | full         | held mail has all the room there is (`quarantineMaxBytes`)                   |
 */
export const holdRefusals = ['unknown', 'not-kept', 'other-mail', 'full'] as const;
export type HoldRefusal = (typeof holdRefusals)[number];

/** `held`: the id it has in quarantine, once everything is committed. */
export const holdAnswerSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('held'), held: z.uuid() }),
  z.object({ outcome: z.enum(holdRefusals) }),
]);
export type HoldAnswer = z.infer<typeof holdAnswerSchema>;

/**
 * What makes two mails the same: bytes and envelope. A sensor names a mail's scan after the SHA-256 of it, and the ledger
 * holds a mail only when it comes to the same name from what it stored.
 */
export const mailIdentity = (
  contentSha256: string,
  { mailFrom, rcptTo }: { readonly mailFrom: string; readonly rcptTo: readonly string[] },
): string => JSON.stringify([contentSha256, mailFrom, [...rcptTo].sort()]);

export const mailScanName = (identitySha256: string): string => `mail-${identitySha256.slice(0, 40)}`;
