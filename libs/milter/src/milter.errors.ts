/**
 * | code             | what happened                                                        |
 * |------------------|----------------------------------------------------------------------|
 * | oversized-packet | a packet longer than agreed: not a milter client, or a hostile one   |
 * | malformed-packet | a packet whose content does not fit its command                       |
 * | unknown-command  | a command that no version of the protocol has                         |
 * | out-of-order     | a command where it cannot stand, such as a recipient without a sender |
 * | unsupported-version | the MTA speaks a version below 2                                   |
 * | idle             | the MTA sent nothing for too long                                     |
 *
 * Each ends the connection; the MTA then does what its own default says (Postfix: `milter_default_action`).
 */
export type MilterProtocolErrorCode =
  | 'oversized-packet'
  | 'malformed-packet'
  | 'unknown-command'
  | 'out-of-order'
  | 'unsupported-version'
  | 'idle';

export class MilterProtocolError extends Error {
  override readonly name = 'MilterProtocolError';
  constructor(
    readonly code: MilterProtocolErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** A decision that cannot be sent: an edit that was not negotiated, or a text that would break the protocol. */
export class InvalidDecisionError extends Error {
  override readonly name = 'InvalidDecisionError';
}

/** Why a message ended before it was answered: its `signal` is aborted with it and its `content` ends in it. */
export class MessageAbandonedError extends Error {
  override readonly name = 'MessageAbandonedError';
}
