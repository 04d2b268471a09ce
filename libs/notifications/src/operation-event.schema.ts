import { z } from 'zod';

export const operationKinds = [
  'health',
  'engine-down',
  'signatures-old',
  'queue-old',
  'failed-job',
  'integration-request',
  'certificate-expiring',
] as const;
export type OperationKind = (typeof operationKinds)[number];

/** Something of the system itself that a person should look at. */
export const operationProblemSchema = z.object({
  kind: z.enum(operationKinds),
  /** What it is about, the same as long as it lasts: an engine of an instance, a queue, the id of a cause. */
  subject: z.string(),
  text: z.string(),
});
export type OperationProblem = z.infer<typeof operationProblemSchema>;

export const operationEventSchema = z.object({
  kind: z.literal('operation'),
  eventId: z.uuid(),
  createdAt: z.iso.datetime(),
  problems: z.array(operationProblemSchema),
  /** All of them, listed or not. */
  problemsTotal: z.int(),
});
export type OperationEvent = z.infer<typeof operationEventSchema>;
export const maxListedProblems = 50;
