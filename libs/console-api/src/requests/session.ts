import { z } from 'zod';
import { passwordSchema } from './operators.js';

/** Anything that may have been a password once: it is compared, not judged. */
const typedPassword = z.string().min(1).max(256);

export const credentialsSchema = z.strictObject({
  username: z.string().min(1).max(128),
  password: typedPassword,
  code: z
    .string()
    .max(16)
    .optional()
    .meta({ description: 'of the second factor, for accounts that have one' }),
});
export type Credentials = z.infer<typeof credentialsSchema>;

export const ownPasswordSchema = z.strictObject({
  currentPassword: typedPassword,
  newPassword: passwordSchema,
});
export type OwnPassword = z.infer<typeof ownPasswordSchema>;

/** Setting up a second factor and switching it off take the password. */
export const passwordProofSchema = z.strictObject({ password: typedPassword });
export const codeSchema = z.strictObject({ code: z.string().regex(/^\d{6}$/, 'six digits') });
