import type { Query } from '@sluice/database';
import type { ExternalCertificate, Operation, ReportedInstance } from './find-problems.js';

interface InstanceRow {
  readonly service: string;
  readonly instance: string;
  readonly engines: ReportedInstance['engines'] | null;
  readonly certificate_not_after: Date | null;
  readonly certificate_fingerprint: string | null;
  readonly seen_at: Date;
}

/** Requests and failed jobs come without bound; a notice lists some and counts the rest. */
const maxRows = 1000;

export async function readOperation(query: Query): Promise<Operation> {
  const instances = await query<InstanceRow>(
    `SELECT service, instance, engines, certificate_not_after, certificate_fingerprint, seen_at
     FROM deliveries.instances WHERE seen_at > clock_timestamp() - interval '1 day'`,
  );
  const jobs = await query<{ queue: string; priority: number; age_seconds: number }>(
    'SELECT queue, priority, age_seconds FROM deliveries.oldest_jobs ORDER BY queue, priority',
  );
  const failed = await query<{ id: number; reason: string; failed_at: Date }>(
    `SELECT id, reason, failed_at FROM deliveries.failed_jobs
     WHERE failed_at > clock_timestamp() - interval '1 day' ORDER BY id LIMIT ${maxRows}`,
  );
  const certificates = await query<{
    id: string;
    sensor_id: string;
    state: ExternalCertificate['state'];
    name: string | null;
    address: string | null;
    not_after: Date | null;
  }>(
    `SELECT id, sensor_id, state, name, address, not_after FROM deliveries.certificates
     WHERE state = 'pending' OR not_after < clock_timestamp() + interval '3650 days' ORDER BY created_at LIMIT ${10 * maxRows}`,
  );
  return {
    instances: instances.rows.map((row) => ({
      service: row.service,
      instance: row.instance,
      engines: row.engines ?? [],
      certificateNotAfter: row.certificate_not_after,
      certificateFingerprint: row.certificate_fingerprint,
      seenAt: row.seen_at,
    })),
    oldestJobs: jobs.rows.map((row) => ({ ...row, ageSeconds: row.age_seconds })),
    failedJobs: failed.rows.map((row) => ({ ...row, failedAt: row.failed_at })),
    certificates: certificates.rows.map((row) => ({
      ...row,
      sensorId: row.sensor_id,
      notAfter: row.not_after,
    })),
  };
}
