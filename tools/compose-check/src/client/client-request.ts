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
      z.object({ kind: z.literal('file'), file: z.string() }),
    ]),
  }),
  z.object({
    kind: z.literal('load'),
    caller: callerSchema,
    options: z.object({
      prefix: z.string(),
      perSecond: z.number(),
      minimum: z.int(),
      stopFile: z.string(),
      settleSeconds: z.number(),
      isKeptAlive: z.boolean(),
    }),
  }),
  z.object({
    kind: z.literal('flood'),
    caller: callerSchema,
    options: z.object({ atOnce: z.int(), stopFile: z.string() }),
  }),
  z.object({ kind: z.literal('clamd'), port: z.int(), base64: z.string().optional() }),
  z.object({
    kind: z.literal('milter'),
    port: z.int(),
    from: z.string(),
    to: z.string(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.string(),
  }),
  z.object({
    kind: z.literal('console'),
    origin: z.string(),
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string().optional(),
  }),
]);
export type ClientRequest = z.infer<typeof clientRequestSchema>;
