import { z } from 'zod';
import { listQuery, timeRange } from './lists.js';

export const auditQuerySchema = z.object({
  ...listQuery,
  actor: z.string().max(128).optional(),
  action: z.string().max(128).optional(),
  target: z.string().max(256).optional(),
  ...timeRange,
});
const headSchema = z
  .string()
  .regex(/^\d{1,15}:[0-9a-f]{64}$/, 'NUMBER:HASH, as it was sent out')
  .transform((text) => {
    const [id = '', hash = ''] = text.split(':');
    return { id: Number(id), hash };
  });
export const verificationQuerySchema = z.object({
  head: headSchema
    .optional()
    .meta({ description: 'a head that was sent out earlier, NUMBER:HASH: has to be an entry of the chain' }),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;
