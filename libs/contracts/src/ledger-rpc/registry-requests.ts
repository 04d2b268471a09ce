import { z } from 'zod';

export const registryChangesRequestSchema = z.object({
  /** 0: from nothing. */
  since: z.int().min(0),
  limit: z.int().min(1).max(2000),
});
