/**
 * | code         | the message                                        |
 * |--------------|----------------------------------------------------|
 * | disconnected | was not sent, or the connection broke before its confirm |
 * | blocked      | was not sent: the broker takes no messages now (memory or disk alarm) |
 * | unroutable   | reached no queue                                   |
 * | nacked       | was refused by the broker                          |
 * | timeout      | was sent, nothing came back in time                |
 */
export type BrokerErrorCode = 'disconnected' | 'blocked' | 'unroutable' | 'nacked' | 'timeout';

export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  constructor(
    readonly code: BrokerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
