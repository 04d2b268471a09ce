import {
  conclusiveStates,
  defaultSettings,
  jobPriorities,
  jobQueueKinds,
  jobVersion,
  type AcceptItem,
  type AcceptOutcome,
} from '@sluice/contracts';
import { readRows, type Query } from '@sluice/database';
import { z } from 'zod';
import type { Recorded } from '../record-verdicts/record-verdicts.query.js';

/** Of which limit: null where there is none, or none was reached. */
export const limitScopeSchema = z.enum(['all', 'system']).nullable();
const admissionRowSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('accepted'),
    queue: z.enum(jobQueueKinds),
    priority: z.int(),
    is_done: z.boolean(),
    /** Null: it was not told a verdict that was known. */
    reused_state: z.enum(conclusiveStates).nullable(),
    is_object_done: z.boolean().nullable(),
  }),
  z.object({ outcome: z.literal('limit'), scope: limitScopeSchema }),
  z.object({ outcome: z.enum(['exists', 'not-accepted', 'group-closed']) }),
]);

/** The settings admission depends on; the statement reads the operators' values over these. */
const {
  maxConcurrentScans,
  maxUnfinishedScansPerSystem,
  maxUnfinishedScansPerMailSystem,
  maximumMailPriority,
  heavyObjectBytes,
  reuseVerdictsMinutes,
  shareVerdicts,
  allowTestSignatures,
  maxSignatureAgeHours,
  quarantineRetentionDays,
} = defaultSettings;
export const admissionDefaults = JSON.stringify({
  maxConcurrentScans,
  maxUnfinishedScansPerSystem,
  maxUnfinishedScansPerMailSystem,
  maximumMailPriority,
  heavyObjectBytes,
  // Of verdicts that are told again.
  reuseVerdictsMinutes,
  shareVerdicts,
  allowTestSignatures,
  maxSignatureAgeHours,
  quarantineRetentionDays,
});
export const priorities = JSON.stringify(jobPriorities);

export interface Accepted {
  readonly outcomes: readonly AcceptOutcome[];
  /** Those that were told a known verdict. */
  readonly reused: readonly Recorded[];
}

/** One statement, one commit. Items must not share (registration, instance, scanId). */
export async function acceptItems(query: Query, items: readonly AcceptItem[]): Promise<Accepted> {
  const { rows } = await query('SELECT * FROM ledger.accept($1, $2, $3)', [
    JSON.stringify(items),
    admissionDefaults,
    priorities,
  ]);
  const answers = readRows(admissionRowSchema, rows).map((row, index) => ({
    row,
    item: items[index] as AcceptItem,
  }));
  return {
    outcomes: answers.map(({ row, item }) => toOutcome(row, item)),
    reused: answers.flatMap(({ row, item }) => toReused(row, item)),
  };
}

type AdmissionRow = z.infer<typeof admissionRowSchema>;

function toReused(row: AdmissionRow, item: AcceptItem): Recorded[] {
  if (row.outcome !== 'accepted' || row.reused_state === null) return [];
  const { submissionId, registrationId, scanId, objectKey } = item;
  return [
    {
      submissionId,
      state: row.reused_state,
      registrationId,
      scanId,
      objectKey,
      isObjectDone: row.is_object_done === true,
      hasPasswords: false,
      isReused: true,
    },
  ];
}

function toOutcome(row: AdmissionRow, item: AcceptItem): AcceptOutcome {
  switch (row.outcome) {
    case 'accepted':
      return {
        outcome: 'accepted',
        queue: row.queue,
        priority: row.priority,
        job: jobOf({ ...item, hasPasswords: item.passwordsMark !== undefined }),
        ...(row.is_done && { isDone: true }),
      };
    case 'limit':
      return { outcome: 'limit', scope: row.scope ?? 'all' };
    case 'exists':
    case 'not-accepted':
    case 'group-closed':
      return { outcome: row.outcome };
  }
}

type JobFacts = Pick<AcceptItem, 'submissionId' | 'objectKey' | 'sizeBytes' | 'sha256' | 'objectType'> & {
  readonly hasPasswords?: boolean;
};

export const jobOf = ({
  submissionId,
  objectKey,
  sizeBytes,
  sha256,
  objectType,
  hasPasswords,
}: JobFacts) => ({
  kind: 'job' as const,
  v: jobVersion as typeof jobVersion,
  submissionId,
  objectKey,
  sizeBytes,
  sha256,
  objectType,
  ...(hasPasswords === true && { hasPasswords }),
});
