import {
  certificateStates,
  clamdPolicyChangeSchema,
  cleanName,
  identifierSchema,
  mailPolicyChangeSchema,
  parseFingerprint,
  policyChangeSchema,
  systemTypes,
  type MailPolicyChange,
} from '@sluice/contracts';
import { parseNetwork } from '@sluice/notifications';
import { z } from 'zod';
import { listQuery, saysSomething } from './lists.js';

/** In as operators read it (`AA:BB:…`) or as tools print it, out as 64 lowercase digits. */
export const fingerprintSchema = z
  .string()
  .max(256)
  .refine((text) => parseFingerprint(text) !== null, 'not a SHA-256 fingerprint')
  .transform((text) => parseFingerprint(text) ?? '')
  .meta({ description: 'SHA-256 of the certificate, AA:BB:… or 64 hexadecimal digits' });

const nameSchema = z
  .string()
  .max(1024)
  .transform(cleanName)
  .meta({ description: 'shown to operators; at most 64 characters are kept' });

const modeSchema = z.enum(['replace', 'add']);
const maxUnfinishedScansSchema = z.int().min(1).max(10_000_000).nullable();

/** A list that a sensor could not read would be no list. */
function checkNetworks({ skipClients }: MailPolicyChange, context: z.RefinementCtx): void {
  const wrong = (skipClients ?? []).find((entry) => parseNetwork(entry) === null);
  if (wrong === undefined) return;
  const message = `${wrong} is not an address or a network`;
  context.addIssue({ code: 'custom', path: ['skipClients'], message });
}

const registrationFields = {
  answerFormat: z.enum(['actual', 'documented']).optional(),
  alertsFeed: z.enum(['own', 'all', 'none']).optional(),
  maxUnfinishedScans: maxUnfinishedScansSchema.optional(),
  unexaminedPolicy: policyChangeSchema.optional(),
  mailPolicy: mailPolicyChangeSchema.superRefine(checkNetworks).optional(),
  clamdPolicy: clamdPolicyChangeSchema.optional(),
};

export const systemsQuerySchema = z.object({
  ...listQuery,
  state: z.enum(certificateStates).optional(),
  type: z.enum(systemTypes).optional(),
  sensorId: z.string().max(128).optional(),
  q: z.string().max(128).optional().meta({ description: 'in ID, name, address or fingerprint' }),
});
export type SystemsQuery = z.infer<typeof systemsQuerySchema>;

export const systemStatisticsQuerySchema = z.object({
  hours: z.coerce.number().int().min(1).max(720).default(24),
});
export type SystemStatisticsRequest = z.infer<typeof systemStatisticsQuerySchema>;

export const preRegistrationSchema = z.strictObject({
  sensorId: identifierSchema,
  certificateFingerprint: fingerprintSchema,
  type: z.enum(systemTypes),
  name: nameSchema.nullish(),
  mode: modeSchema.optional(),
  ...registrationFields,
});
export type PreRegistration = z.infer<typeof preRegistrationSchema>;

export const systemChangeSchema = z
  .strictObject({ name: nameSchema.optional(), type: z.enum(systemTypes).optional(), ...registrationFields })
  .refine(saysSomething, 'nothing to change');
export type SystemChange = z.infer<typeof systemChangeSchema>;

export const acceptanceSchema = z.strictObject({
  certificateFingerprint: fingerprintSchema,
  type: z.enum(systemTypes),
  name: nameSchema.nullish(),
  mode: modeSchema.optional(),
});
export type Acceptance = z.infer<typeof acceptanceSchema>;

/** Optional: what the operator saw. */
export const rejectionSchema = z
  .strictObject({ certificateFingerprint: fingerprintSchema.optional() })
  .nullish()
  .transform((body) => body ?? {});
export type Rejection = z.infer<typeof rejectionSchema>;
