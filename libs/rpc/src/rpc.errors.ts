import type { RpcFaultCode } from './rpc-message.js';

/**
 * | code         | the request                                                        |
 * |--------------|--------------------------------------------------------------------|
 * | disconnected | was not sent, reached no queue, or the connection broke before its answer |
 * | timeout      | was sent (or expired on the broker), no answer came in time        |
 * | remote       | was refused or failed there; `remoteCode` says why                 |
 * | bad-answer   | came back with something the contract doesn't know                 |
 *
 * After `disconnected`, `timeout` and `remote` with `unavailable` the outcome is unknown: it may have been carried out.
 */
export type RpcErrorCode = 'disconnected' | 'timeout' | 'remote' | 'bad-answer';

export class RpcError extends Error {
  override readonly name = 'RpcError';
  constructor(
    readonly code: RpcErrorCode,
    message: string,
    readonly remoteCode: RpcFaultCode | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
