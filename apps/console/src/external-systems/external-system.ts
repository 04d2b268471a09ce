import {
  certificateStates,
  completePolicy,
  formatFingerprint,
  systemTypes,
  type ClamdPolicyRecord,
  type MailPolicyRecord,
  type PolicyChange,
} from '@sluice/contracts';
import { z } from 'zod';
import { storedObject } from '../lists/stored-object.js';

/** One certificate with its registration, as the statements of the store select it. */
export const systemRowSchema = z.object({
  id: z.string(),
  sensor_id: z.string(),
  fingerprint: z.string(),
  state: z.enum(certificateStates),
  registration_id: z.string().nullable(),
  type: z.enum(systemTypes),
  name: z.string().nullable(),
  subject: z.string().nullable(),
  not_after: z.date().nullable(),
  /** In full precision, for the cursor of the list. */
  created_at: z.string(),
  first_seen_at: z.date().nullable(),
  last_seen_at: z.date().nullable(),
  last_address: z.string().nullable(),
  host_name: z.string().nullable(),
  last_answer: z.int().nullable(),
  tls_version: z.string().nullable(),
  decided_by: z.string().nullable(),
  decided_at: z.date().nullable(),
  is_id_in_use: z.boolean(),
  is_used_before: z.boolean(),
  answer_format: z.enum(['actual', 'documented']).nullable(),
  alerts_feed: z.enum(['own', 'all', 'none']).nullable(),
  max_unfinished_scans: z.int().nullable(),
  unexamined_policy: storedObject<PolicyChange>().nullable(),
  unexamined_policy_version: z.int().nullable(),
  mail_policy: storedObject<MailPolicyRecord>().nullable(),
  mail_policy_version: z.int().nullable(),
  clamd_policy: storedObject<ClamdPolicyRecord>().nullable(),
  clamd_policy_version: z.int().nullable(),
});
export type SystemRow = z.infer<typeof systemRowSchema>;

/** What operators see: one entry of the Server list (operators-api, `/api/external-systems`). */
export type ExternalSystem = ReturnType<typeof toExternalSystem>;

export const toExternalSystem = (row: SystemRow) => ({
  id: row.id,
  registrationId: row.registration_id,
  sensor: row.host_name ?? row.last_address,
  address: row.last_address,
  type: row.type,
  name: row.type === 'mail' ? null : row.name,
  sensorId: row.sensor_id,
  certificateFingerprint: formatFingerprint(row.fingerprint),
  certificateSubject: row.subject,
  certificateNotAfter: time(row.not_after),
  state: row.state,
  firstSeenAt: time(row.first_seen_at),
  lastSeenAt: time(row.last_seen_at),
  lastAnswer: row.last_answer,
  tlsVersion: row.tls_version,
  decidedBy: row.decided_by,
  decidedAt: time(row.decided_at),
  idInUse: row.is_id_in_use,
  usedBefore: row.is_used_before,
  answerFormat: row.answer_format,
  alertsFeed: row.alerts_feed,
  maxUnfinishedScans: row.max_unfinished_scans,
  unexaminedPolicy: row.unexamined_policy === null ? null : completePolicy(row.unexamined_policy),
  unexaminedPolicyVersion: row.unexamined_policy_version,
  mailPolicy: row.type === 'mail' ? row.mail_policy : null,
  mailPolicyVersion: row.type === 'mail' ? row.mail_policy_version : null,
  clamdPolicy: row.clamd_policy,
  clamdPolicyVersion: row.clamd_policy_version,
});

const time = (at: Date | null): string | null => at?.toISOString() ?? null;
