import { envInteger } from '@sluice/runtime';
import { z } from 'zod';

/** Variables `migrate` reads. Without a role's password the services share the owner's login. */
export const migrateConfigSchema = z.object({
  /** The owner's login: may create schemas, and roles when they are wanted. */
  DATABASE_URL: z.string().min(1),
  /** How long a database that does not answer is waited for; absent: for ever. */
  DATABASE_WAIT_SECONDS: envInteger(0, 86_400).optional(),
  RESULTS_DATABASE_PASSWORD: z.string().min(1).optional(),
  CONSOLE_DATABASE_PASSWORD: z.string().min(1).optional(),
  NOTIFIER_DATABASE_PASSWORD: z.string().min(1).optional(),
});
