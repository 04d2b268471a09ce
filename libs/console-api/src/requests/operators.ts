import { operatorRoles } from '@sluice/contracts';
import { z } from 'zod';
import { saysSomething } from './lists.js';

/** Longer than what is guessed, short enough that hashing it cannot be abused. */
export const passwordSchema = z.string().min(12, 'at least 12 characters').max(256);
export const usernameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/,
    'letters, digits and . _ @ -, at most 64, starting with a letter or digit',
  );

export const newOperatorSchema = z.strictObject({
  username: usernameSchema,
  password: passwordSchema,
  role: z.enum(operatorRoles),
});
export type NewOperator = z.infer<typeof newOperatorSchema>;

export const operatorChangeSchema = z
  .strictObject({
    role: z.enum(operatorRoles).optional(),
    password: passwordSchema.optional(),
    isDisabled: z.boolean().optional(),
    canReadMail: z
      .boolean()
      .optional()
      .meta({ description: 'mail in quarantine, with a reason and an audit entry each time' }),
    hasSecondFactor: z
      .literal(false)
      .optional()
      .meta({ description: 'false takes it away, for a lost phone' }),
  })
  .refine(saysSomething, 'nothing to change');
export type OperatorChangeBody = z.infer<typeof operatorChangeSchema>;
