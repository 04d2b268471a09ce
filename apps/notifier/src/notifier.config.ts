import { envInteger, serviceEnvironment } from '@sluice/runtime';
import { z } from 'zod';
import { releaseReceiverSchema } from './release-mail/release-receiver.js';

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
  /** Where mail is sent that operators released from quarantine: a listener that asks no sensor. Absent: none is released. */
  RELEASE_SMTP_URL: releaseReceiverSchema.optional(),
  /** Who the mails come from that bear a released one as attachment. */
  RELEASE_FROM: z.email({ error: 'has to be an address' }).optional(),
  /** Where kept objects are; only read, and only to release mail. */
  OBJECT_STORE_URL: z.string().min(1).optional(),
  /** Private keys that open what is kept, newest first. Absent: what is sealed cannot be released. */
  QUARANTINE_KEYS_FILE: z.string().min(1).optional(),
});
export type NotifierConfig = z.infer<typeof notifierConfigSchema>;
