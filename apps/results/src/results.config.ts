import { envInteger, serviceEnvironment } from '@sluice/runtime';
import { jobQueueTypes } from '@sluice/contracts';
import { z } from 'zod';

/** Variables `results` reads. */
export const resultsConfigSchema = z.object({
  ...serviceEnvironment,
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'has to be a postgres:// address'),
  /** At least two more than there are kinds of background work: each holds a connection during its turn. */
  DATABASE_POOL_SIZE: envInteger(8, 200).default(8),
  OBJECT_STORE_URL: z.string().min(1),
  /** What kept objects are sealed with, X25519 as PEM. Absent: they stay as they came. */
  QUARANTINE_PUBLIC_KEY_FILE: z.string().min(1).optional(),
  /** `quorum` needs RabbitMQ 4.3 or newer; scanners need the same value. */
  SCAN_QUEUE_TYPE: z.enum(jobQueueTypes).default('classic'),
});
export type ResultsConfig = z.infer<typeof resultsConfigSchema>;
