import { z } from 'zod';

/** Query of every list; spread into its own filters. */
export const listQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(512).optional(),
};
export const listQuerySchema = z.object(listQuery);

/** A time in a query or a body, in any zone. */
export const anyTime = z.iso.datetime({ offset: true });
export const timeRange = { from: anyTime.optional(), until: anyTime.optional() };

/** Of alerts and failed jobs, in an address. */
export const numericIdSchema = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Whatever is partly given has to say something. */
export const saysSomething = (change: object): boolean =>
  Object.values(change).some((value) => value !== undefined);
