import {
  defaultSettings,
  jobPriorities,
  jobQueueKinds,
  jobVersion,
  type AcceptItem,
  type AcceptOutcome,
} from '@sluice/contracts';
import { readRows, type Query } from '@sluice/database';
import { z } from 'zod';

/** Of which limit: null where there is none, or none was reached. */
export const limitScopeSchema = z.enum(['all', 'system']).nullable();
const admissionRowSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), queue: z.enum(jobQueueKinds), priority: z.int() }),
  z.object({ outcome: z.literal('limit'), scope: limitScopeSchema }),
  z.object({ outcome: z.enum(['exists', 'not-accepted']) }),
]);

/** The settings admission depends on; the statement reads the operators' values over these. */
const {
  maxConcurrentScans,
  maxUnfinishedScansPerSystem,
  maxUnfinishedScansPerMailSystem,
  maximumMailPriority,
  heavyObjectBytes,
} = defaultSettings;
export const admissionDefaults = JSON.stringify({
  maxConcurrentScans,
  maxUnfinishedScansPerSystem,
  maxUnfinishedScansPerMailSystem,
  maximumMailPriority,
  heavyObjectBytes,
});
export const priorities = JSON.stringify(jobPriorities);

/** One statement, one commit. Items must not share (registration, instance, scanId). */
export async function acceptItems(query: Query, items: readonly AcceptItem[]): Promise<AcceptOutcome[]> {
  const { rows } = await query('SELECT * FROM ledger.accept($1, $2, $3)', [
    JSON.stringify(items),
    admissionDefaults,
    priorities,
  ]);
  return readRows(admissionRowSchema, rows).map((row, index) => toOutcome(row, items[index] as AcceptItem));
}

function toOutcome(row: z.infer<typeof admissionRowSchema>, item: AcceptItem): AcceptOutcome {
  switch (row.outcome) {
    case 'accepted':
      return {
        outcome: 'accepted',
        queue: row.queue,
        priority: row.priority,
        job: jobOf({ ...item, hasPasswords: item.passwordsMark !== undefined }),
      };
    case 'limit':
      return { outcome: 'limit', scope: row.scope ?? 'all' };
    case 'exists':
    case 'not-accepted':
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
