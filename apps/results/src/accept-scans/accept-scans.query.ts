import {
  defaultSettings,
  jobPriorities,
  jobVersion,
  type AcceptItem,
  type AcceptOutcome,
  type JobQueueKind,
} from '@sluice/contracts';
import type { Query } from '@sluice/database';

interface AdmissionRow {
  outcome: 'accepted' | 'exists' | 'limit' | 'not-accepted';
  scope: 'all' | 'system' | null;
  queue: JobQueueKind;
  priority: number;
}

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
  const { rows } = await query<AdmissionRow>('SELECT * FROM ledger.accept($1, $2, $3)', [
    JSON.stringify(items),
    admissionDefaults,
    priorities,
  ]);
  return rows.map((row, index) => toOutcome(row, items[index] as AcceptItem));
}

function toOutcome(row: AdmissionRow, item: AcceptItem): AcceptOutcome {
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
