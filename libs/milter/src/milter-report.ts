import type { MessageLimit } from './milter-message.js';
import type { MilterProtocolError } from './milter.errors.js';

/**
 * What a filter's operator may want to read. A connection without a word is none of it: load balancers and monitors make them
 * all day.
 *
 * | kind                 | what happened                                                     | what the MTA got          |
 * |----------------------|-------------------------------------------------------------------|---------------------------|
 * | protocol-error       | the peer is no milter client, or stood still                       | the connection's end      |
 * | handler-failed       | a handler threw, or its decision cannot be sent                    | `whenFailed`              |
 * | handler-too-slow     | no decision within `holdMs`                                        | `whenFailed`              |
 * | limit-exceeded       | more headers or recipients than are kept                           | `whenLimitExceeded`       |
 * | message-abandoned    | the MTA hung up after the headers, before it had its answer        | nothing: it will try again |
 * | connections-exceeded | more connections than `connections`                                | the connection's end      |
 * | not-allowed          | a connection from an address that `isAllowed` refuses               | the connection's end      |
 */
export type MilterReport =
  | { readonly kind: 'protocol-error'; readonly peer: string; readonly error: MilterProtocolError }
  | { readonly kind: 'handler-failed'; readonly queueId: string | null; readonly error: unknown }
  | { readonly kind: 'handler-too-slow' | 'message-abandoned'; readonly queueId: string | null }
  | { readonly kind: 'limit-exceeded'; readonly queueId: string | null; readonly limit: MessageLimit }
  | { readonly kind: 'connections-exceeded' }
  | { readonly kind: 'not-allowed'; readonly peer: string };
