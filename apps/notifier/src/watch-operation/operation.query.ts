import { causeLevels, engineStatusSchema } from '@sluice/contracts';
import { readRows, type Query } from '@sluice/database';
import { z } from 'zod';
import type { Operation } from './find-problems.js';

const engineRowSchema = engineStatusSchema.pick({
  engine: true,
  isHealthy: true,
  problem: true,
  signaturesAt: true,
});
const instanceRowSchema = z.object({
  service: z.string(),
  instance: z.string(),
  engines: z.array(engineRowSchema).nullable(),
  certificate_not_after: z.date().nullable(),
  certificate_fingerprint: z.string().nullable(),
  seen_at: z.date(),
});
const jobRowSchema = z.object({ queue: z.string(), priority: z.number(), age_seconds: z.number() });
const failedRowSchema = z.object({ id: z.number(), reason: z.string(), failed_at: z.date() });
const certificateRowSchema = z.object({
  id: z.string(),
  sensor_id: z.string(),
  state: z.enum(['pending', 'accepted']),
  name: z.string().nullable(),
  address: z.string().nullable(),
  not_after: z.date().nullable(),
});

const causeRowSchema = z.object({ id: z.string(), level: z.enum(causeLevels), title: z.string() });
const lookRowSchema = z.object({ looked_at: z.date().nullable() });

/** Requests and failed jobs come without bound; a notice lists some and counts the rest. */
const maxRows = 1000;

export async function readOperation(query: Query): Promise<Operation> {
  const instances = await query(
    `SELECT service, instance, engines, certificate_not_after, certificate_fingerprint, seen_at
     FROM deliveries.instances WHERE seen_at > clock_timestamp() - interval '1 day'`,
  );
  const jobs = await query(
    'SELECT queue, priority, age_seconds FROM deliveries.oldest_jobs ORDER BY queue, priority',
  );
  const failed = await query(
    `SELECT id, reason, failed_at FROM deliveries.failed_jobs
     WHERE failed_at > clock_timestamp() - interval '1 day' ORDER BY id LIMIT ${maxRows}`,
  );
  const certificates =
    await query(`SELECT id, sensor_id, state, name, address, not_after FROM deliveries.certificates
     WHERE state = 'pending' OR not_after < clock_timestamp() + interval '3650 days' ORDER BY created_at LIMIT ${10 * maxRows}`);
  const causes = await query(
    `SELECT id, level, title FROM deliveries.causes ORDER BY began_at LIMIT ${maxRows}`,
  );
  const looks = await query('SELECT looked_at FROM deliveries.last_look');
  return {
    causes: readRows(causeRowSchema, causes.rows),
    lookedAt: readRows(lookRowSchema, looks.rows)[0]?.looked_at ?? null,
    instances: readRows(instanceRowSchema, instances.rows).map((row) => ({
      service: row.service,
      instance: row.instance,
      engines: row.engines ?? [],
      certificateNotAfter: row.certificate_not_after,
      certificateFingerprint: row.certificate_fingerprint,
      seenAt: row.seen_at,
    })),
    oldestJobs: readRows(jobRowSchema, jobs.rows).map((row) => ({ ...row, ageSeconds: row.age_seconds })),
    failedJobs: readRows(failedRowSchema, failed.rows).map((row) => ({ ...row, failedAt: row.failed_at })),
    certificates: readRows(certificateRowSchema, certificates.rows).map((row) => ({
      ...row,
      sensorId: row.sensor_id,
      notAfter: row.not_after,
    })),
  };
}
