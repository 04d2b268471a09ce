import type { PipeTransform } from '@nestjs/common';
import type { RpcDefinition } from '@sluice/contracts';
import { rpcFault } from './rpc-server.js';

/** Validates a request against the contract: `@Payload(requestOf(ledgerRpc.accept)) request: AcceptRequest`. */
export function requestOf<Request, Answer>(
  definition: RpcDefinition<Request, Answer>,
): PipeTransform<unknown, Request> {
  return {
    transform(value: unknown): Request {
      const parsed = definition.request.safeParse(value);
      if (!parsed.success) throw rpcFault('bad-request');
      return parsed.data;
    },
  };
}
