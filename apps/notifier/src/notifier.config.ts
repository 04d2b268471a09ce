import { envInteger, serviceEnvironment } from '@sluice/runtime';
import { z } from 'zod';

/** Variables the notifier reads. */
export const notifierConfigSchema = z.object({
  ...serviceEnvironment,
  /** Login of role sluice_notifier (or the owner's). */
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'has to be a postgres:// address'),
  DATABASE_POOL_SIZE: envInteger(2, 100).default(4),
  /** Private key that opens the channels' secrets; made when missing. Every instance needs the same. */
  NOTIFIER_KEY_FILE: z.string().min(1),
  /** What links in notifications start with. */
  CONSOLE_URL: z
    .url({ protocol: /^https?$/, error: 'has to be an https:// address' })
    .default('https://localhost:9443')
    .transform((url) => url.replace(/\/+$/, '')),
});
export type NotifierConfig = z.infer<typeof notifierConfigSchema>;
