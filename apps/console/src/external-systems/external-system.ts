import {
  completePolicy,
  formatFingerprint,
  type CertificateState,
  type ClamdPolicyRecord,
  type MailPolicyRecord,
  type PolicyChange,
  type SystemType,
} from '@sluice/contracts';

/** One certificate with its registration, as the statements of the store select it. */
export interface SystemRow {
  readonly id: string;
  readonly sensor_id: string;
  readonly fingerprint: string;
  readonly state: CertificateState;
  readonly registration_id: string | null;
  readonly type: SystemType;
  readonly name: string | null;
  readonly subject: string | null;
  readonly not_after: Date | null;
  /** In full precision, for the cursor of the list. */
  readonly created_at: string;
  readonly first_seen_at: Date | null;
  readonly last_seen_at: Date | null;
  readonly last_address: string | null;
  readonly host_name: string | null;
  readonly last_answer: number | null;
  readonly tls_version: string | null;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly is_id_in_use: boolean;
  readonly is_used_before: boolean;
  readonly answer_format: 'actual' | 'documented' | null;
  readonly alerts_feed: 'own' | 'all' | 'none' | null;
  readonly max_unfinished_scans: number | null;
  readonly unexamined_policy: PolicyChange | null;
  readonly unexamined_policy_version: number | null;
  readonly mail_policy: MailPolicyRecord | null;
  readonly mail_policy_version: number | null;
  readonly clamd_policy: ClamdPolicyRecord | null;
  readonly clamd_policy_version: number | null;
}

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
