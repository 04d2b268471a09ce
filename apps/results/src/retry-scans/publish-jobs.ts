import { jobPublication, jobQueueKinds, objectTypes, type Job } from '@sluice/contracts';
import type { Broker } from '@sluice/broker';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';
import { jobOf } from '../accept-scans/accept-scans.query.js';

/** A scan whose job is to be published, as the ledger has it. */
export const unpublishedScanSchema = z.object({
  submission_id: z.string(),
  object_key: z.string(),
  size_bytes: z.int(),
  sha256: z.string(),
  object_type: z.enum(objectTypes),
  queue: z.enum(jobQueueKinds),
  priority: z.int(),
  not_before: z.date().nullable(),
  /** By the database's clock, before it is published. As text, which keeps the microseconds. */
  read_at: z.string(),
  has_passwords: z.boolean(),
});
export type UnpublishedScan = Readonly<z.infer<typeof unpublishedScanSchema>>;

export const unpublishedColumns =
  's.submission_id, s.object_key, s.size_bytes, s.sha256, s.object_type, s.queue, s.priority, s.not_before, s.passwords_mark IS NOT NULL AS has_passwords, clock_timestamp()::text AS read_at';

/** Publishes each job with confirmation; answers those that are in their queue now. */
export async function publishJobs(
  broker: Pick<Broker, 'publish'>,
  scans: readonly UnpublishedScan[],
  logger: Logger,
): Promise<UnpublishedScan[]> {
  const published = await Promise.all(
    scans.map((scan) =>
      broker.publish(jobPublication(scan.queue, scan.priority, jobOfScan(scan))).then(
        () => true,
        (err: unknown) => {
          logger.warn({ err, submissionId: scan.submission_id }, 'job not published, tried again');
          return false;
        },
      ),
    ),
  );
  return scans.filter((_scan, index) => published[index]);
}

const jobOfScan = (scan: UnpublishedScan): Job =>
  jobOf({
    submissionId: scan.submission_id,
    objectKey: scan.object_key,
    sizeBytes: scan.size_bytes,
    sha256: scan.sha256,
    objectType: scan.object_type,
    hasPasswords: scan.has_passwords,
  });
