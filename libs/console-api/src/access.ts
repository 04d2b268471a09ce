import { operatorRoles, settingKeys, type SettingKey } from '@sluice/contracts';
import { z } from 'zod';
import { count, maybeText, maybeTime, time } from './values.js';

export const sessionSchema = z.strictObject({
  username: z.string(),
  role: z.enum(operatorRoles),
  kind: z.enum(['operator', 'token']),
  /** Null for a token, which needs none. */
  csrfToken: maybeText,
  /** Of operators only. */
  hasSecondFactor: z.boolean().optional(),
  /** Of operators only. True: everything but GET, DELETE and PUT …/password is answered 403 `PasswordChangeNeeded`. */
  mustChangePassword: z.boolean().optional(),
  /** Of operators only: mail in quarantine. */
  canReadMail: z.boolean().optional(),
});
export type SessionAnswer = z.infer<typeof sessionSchema>;

export const serverSchema = z.strictObject({
  version: z.string(),
  certificateFingerprint: maybeText,
  /** More than one only while a new key pair reaches the gateways. */
  certificateFingerprints: z.array(z.string()),
  /** Where external systems call; null: at the gateways' default port. */
  gatewayPort: z.int().nullable(),
  startedAt: time,
  uptimeSeconds: count,
  time,
});
export type ServerAnswer = z.infer<typeof serverSchema>;

export const operatorSchema = z.strictObject({
  id: z.uuid(),
  username: z.string(),
  role: z.enum(operatorRoles),
  isDisabled: z.boolean(),
  hasFirstPassword: z.boolean(),
  /** Someone else chose the password (the first start, an administrator, the command line). */
  mustChangePassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  /** Mail in quarantine, with a reason each time. */
  canReadMail: z.boolean(),
  createdAt: time,
  passwordChangedAt: time,
  lastSignInAt: maybeTime,
});
export type Operator = z.infer<typeof operatorSchema>;

export const apiTokenSchema = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  role: z.enum(operatorRoles),
  addressRanges: z.array(z.string()).nullable(),
  isLocal: z.boolean(),
  /** Whose it is and with whom it ends; null for the token of this machine's command line. */
  operator: z.string().nullable(),
  createdBy: z.string(),
  createdAt: time,
  expiresAt: time,
  lastUsedAt: maybeTime,
  revokedAt: maybeTime,
});
export type ApiToken = z.infer<typeof apiTokenSchema>;

/** The only answer that ever holds the token itself. */
export const newTokenAnswerSchema = apiTokenSchema.extend({ token: z.string() });
export type NewTokenAnswer = z.infer<typeof newTokenAnswerSchema>;

/** Of a second factor that is being set up: shown this once. */
export const enrolmentSchema = z.strictObject({ secret: z.string(), uri: z.string() });
export type Enrolment = z.infer<typeof enrolmentSchema>;

export const auditEntrySchema = z.strictObject({
  id: z.int(),
  at: time,
  actor: z.string(),
  actorKind: z.enum(['operator', 'token', 'system']),
  address: maybeText,
  action: z.string(),
  target: maybeText,
  before: z.unknown(),
  after: z.unknown(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditVerificationSchema = z.strictObject({
  /** Entries looked at: all there are. */
  entries: count,
  /** What retention removed, up to this number. */
  removedThrough: count,
  head: z.strictObject({ id: count, hash: z.string() }),
  /** Null: the chain is whole. */
  problem: maybeText,
});
export type AuditVerificationAnswer = z.infer<typeof auditVerificationSchema>;

export const settingDescriptionSchema = z.strictObject({
  value: z.unknown(),
  default: z.unknown(),
  type: z.string(),
  unit: maybeText,
  minimum: z.number().nullable(),
  /** Of a text its longest length in characters, of a list its most entries. */
  maximum: z.number().nullable(),
  options: z.array(z.unknown()).nullable(),
  /** Set by the configuration and read-only here; `pinnedBy` names the variable. */
  pinned: z.boolean(),
  pinnedBy: maybeText,
});
export type SettingDescription = z.infer<typeof settingDescriptionSchema>;

/** A setting that is forgotten here is no valid answer. */
export const settingDescriptionsSchema = z.strictObject(
  Object.fromEntries(settingKeys.map((key) => [key, settingDescriptionSchema])) as Record<
    SettingKey,
    typeof settingDescriptionSchema
  >,
);
export type SettingDescriptions = Readonly<Record<SettingKey, SettingDescription>>;
