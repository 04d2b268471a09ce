import { z } from 'zod';
import { submissionIdSchema } from '../identifiers.js';

export const beginRequestSchema = z.object({
  submissionId: submissionIdSchema,
  scanner: z.string().max(128),
});
/** `go`; `go-alone`: only when no other slot works; `drop`: nothing to do (finished, deleted, or given up). */
export const beginAnswerSchema = z.object({ decision: z.enum(['go', 'go-alone', 'drop']), begins: z.int() });
