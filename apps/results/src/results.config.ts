import { envInteger, serviceEnvironment } from '@sluice/runtime';
import { z } from 'zod';

/** Variables `results` reads. */
export const resultsConfigSchema = z.object({
  ...serviceEnvironment,
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'has to be a postgres:// address'),
  DATABASE_POOL_SIZE: envInteger(2, 200).default(8),
  OBJECT_STORE_URL: z.string().min(1),
});
export type ResultsConfig = z.infer<typeof resultsConfigSchema>;
