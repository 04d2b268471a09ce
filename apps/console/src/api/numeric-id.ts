import { z } from 'zod';

/** Of alerts and failed jobs, in an address. */
export const numericIdSchema = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
