import { z } from 'zod';

/**
 * What travels. The pattern is the routing key and nothing else, so that what the broker's permissions and the sender's
 * user decide about is what is carried out.
 */
export const rpcRequestSchema = z.object({ data: z.unknown() });

export const rpcFaultCodes = ['unavailable', 'bad-request', 'internal'] as const;
/** Why a handler could not answer. `unavailable`: try again later; `bad-request`: never; `internal`: a bug, logged there. */
export type RpcFaultCode = (typeof rpcFaultCodes)[number];

export const rpcReplySchema = z.union([
  z.object({ fault: z.enum(rpcFaultCodes) }),
  z.object({ answer: z.unknown() }),
]);
export type RpcReply = { readonly fault: RpcFaultCode } | { readonly answer: unknown };
