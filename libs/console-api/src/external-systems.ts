import {
  certificateStates,
  clamdPolicySchema,
  mailPolicySchema,
  policyActions,
  systemTypes,
  unexaminedReasons,
} from '@sluice/contracts';
import { z } from 'zod';
import { count, maybeText, maybeTime, time } from './values.js';

/** One certificate with its registration. */
export const externalSystemSchema = z.strictObject({
  id: z.uuid(),
  registrationId: z.uuid().nullable(),
  /** Its address, or the domain name that leads back to it. */
  sensor: maybeText,
  address: maybeText,
  type: z.enum(systemTypes),
  /** Null for a mail sensor. */
  name: maybeText,
  sensorId: z.string(),
  certificateFingerprint: z.string(),
  certificateSubject: maybeText,
  certificateNotAfter: maybeTime,
  state: z.enum(certificateStates),
  firstSeenAt: maybeTime,
  lastSeenAt: maybeTime,
  lastAnswer: z.int().nullable(),
  tlsVersion: maybeText,
  decidedBy: maybeText,
  decidedAt: maybeTime,
  idInUse: z.boolean(),
  usedBefore: z.boolean(),
  answerFormat: z.enum(['actual', 'documented']).nullable(),
  alertsFeed: z.enum(['own', 'all', 'none']).nullable(),
  maxUnfinishedScans: count.nullable(),
  /** What it gets for objects that could not be examined, by reason; null until it is accepted. */
  unexaminedPolicy: z.record(z.enum(unexaminedReasons), z.enum(policyActions)).nullable(),
  /** Grows with each change; 0: as it came. */
  unexaminedPolicyVersion: count.nullable(),
  /** What a mail sensor does, where an administrator chose it; null for other systems and until it is accepted. */
  mailPolicy: mailPolicySchema.nullable(),
  mailPolicyVersion: count.nullable(),
  /** What its clamd listener answers, where an administrator chose it; null until it is accepted. */
  clamdPolicy: clamdPolicySchema.nullable(),
  clamdPolicyVersion: count.nullable(),
});
export type ExternalSystem = z.infer<typeof externalSystemSchema>;

/** What a system sent in a range of time, and what became of it. */
export const systemStatisticsSchema = z.strictObject({
  from: time,
  until: time,
  accepted: count,
  /** There are more than were counted: these are the newest. */
  isMore: z.boolean(),
  processing: count,
  detect: count,
  notDetected: count,
  timeout: count,
  error: count,
  alerts: count,
  newAlerts: count,
  /** The range in 24 equal steps, oldest first: what was accepted in each, and what became of that. */
  stepSeconds: count,
  series: z.array(z.strictObject({ at: time, accepted: count, detect: count, notExamined: count })),
});
export type SystemStatistics = z.infer<typeof systemStatisticsSchema>;
