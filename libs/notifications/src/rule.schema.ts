import { causeLevels, importances, systemTypes, technologies } from '@sluice/contracts';
import { z } from 'zod';
import { unknownMacros } from './expand-macros.js';
import { mailAddressSchema } from './mail-address.schema.js';
import { parseNetwork, splitNetworks } from './network-list.js';

/** What of the system itself is told. Each part is off unless it is set. */
export const operationMatchSchema = z
  .strictObject({
    /** What `GET /api/health` shows, of this level or a worse one, in its words; null: none of it. */
    healthFrom: z.enum(causeLevels).nullable().default(null),
    engineDown: z.boolean().default(false),
    signaturesOlderThanDays: z.int().min(1).max(3650).nullable().default(null),
    queueOlderThanSeconds: z.int().min(1).max(604_800).nullable().default(null),
    failedJobs: z.boolean().default(false),
    integrationRequests: z.boolean().default(false),
    certificateExpiresWithinDays: z.int().min(1).max(3650).nullable().default(null),
  })
  .refine((match) => Object.values(match).some((value) => value !== false && value !== null), {
    error: 'choose at least one',
  });
export type OperationMatch = z.infer<typeof operationMatchSchema>;

/** Everything given has to fit; an empty list or null is "any". */
export const ruleMatchSchema = z
  .strictObject({
    minimumImportance: z.enum(importances).nullable().default(null),
    technologies: z.array(z.enum(technologies)).max(16).default([]),
    /** registrationId of external systems. */
    externalSystemIds: z.array(z.uuid()).max(500).default([]),
    types: z.array(z.enum(systemTypes)).max(2).default([]),
    /** Masks of the sender's or a recipient's address, such as `*@example.org`. */
    address: z.string().trim().max(1024).nullable().default(null),
    /** Address or networks the object came from. */
    source: z
      .string()
      .trim()
      .max(1024)
      .refine(isNetworkList, 'has to be addresses or networks such as 10.0.0.0/8')
      .nullable()
      .default(null),
    operation: operationMatchSchema.nullable().default(null),
  })
  .refine((match) => match.operation === null || !hasAlertConditions(match), {
    error: 'a rule tells either detections or operation, not both',
    path: ['operation'],
  });
export type RuleMatch = z.infer<typeof ruleMatchSchema>;

export const ruleSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  channelId: z.uuid(),
  /** Mail addresses; only for channels of kind smtp. */
  to: z.array(mailAddressSchema).max(50).default([]),
  /** Null: the default subject. */
  subject: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .superRefine((subject, context) => {
      const unknown = unknownMacros(subject);
      if (unknown.length > 0)
        context.addIssue({
          code: 'custom',
          message: `no such macro: ${unknown.map((one) => `%${one}%`).join(', ')}`,
        });
    })
    .nullable()
    .default(null),
  match: ruleMatchSchema.prefault({}),
  /** 0: at once. */
  digestMinutes: z.int().min(0).max(1440).default(0),
  /** Null: no limit. */
  maxPerHour: z.int().min(1).max(10_000).nullable().default(null),
});
export type Rule = z.infer<typeof ruleSchema>;

function isNetworkList(text: string): boolean {
  return splitNetworks(text).every((network) => parseNetwork(network) !== null);
}

function hasAlertConditions(match: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(match).some(
    ([key, value]) => key !== 'operation' && (Array.isArray(value) ? value.length > 0 : Boolean(value)),
  );
}
