import { z } from 'zod';

const callerSchema = z.object({
  host: z.string(),
  port: z.int(),
  sensorId: z.string(),
  certPem: z.string(),
  keyPem: z.string(),
});

/** What the client inside the engine's network is asked to do. */
export const clientRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), caller: callerSchema, method: z.string(), path: z.string() }),
  z.object({
    kind: z.literal('submit'),
    caller: callerSchema,
    fields: z.record(z.string(), z.string()),
    content: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('bytes'), base64: z.string() }),
      z.object({ kind: z.literal('filled'), sizeBytes: z.int() }),
    ]),
  }),
  z.object({
    kind: z.literal('load'),
    caller: callerSchema,
    options: z.object({
      seconds: z.number(),
      perSecond: z.number(),
      prefix: z.string(),
      settleSeconds: z.number(),
    }),
  }),
]);
export type ClientRequest = z.infer<typeof clientRequestSchema>;
