import { z } from 'zod';
import { listQuery, timeRange } from './lists.js';

const auditFilters = {
  actor: z.string().max(128).optional(),
  action: z.string().max(128).optional().meta({
    description: '`settings.change`, or the part before the dot for all of a kind',
  }),
  target: z.string().max(256).optional().meta({ description: 'a part of it' }),
  ...timeRange,
};
export const auditQuerySchema = z.object({ ...listQuery, ...auditFilters });
/** The file holds everything that fits, in one go. */
export const auditExportSchema = z.object(auditFilters);
export type AuditExport = z.infer<typeof auditExportSchema>;
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
