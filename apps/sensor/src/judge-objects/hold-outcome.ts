import { holdRefusals, type HoldRefusal } from '@sluice/contracts';
import { z } from 'zod';
import type { GatewayAnswer } from '../ask-gateways/gateway-connection.js';
import { parseJson } from '../ask-gateways/parse-json.js';

/**
 * | outcome    |                                                                                      |
 * |------------|--------------------------------------------------------------------------------------|
 * | held       | committed, with the id it has in quarantine                                          |
 * | a refusal  | the ledger's word: it holds nothing                                                  |
 * | unanswered | no gateway, no results, no answer in time: it may be held, or not                    |
 * | unreadable | an answer without a word on it, as of a gateway that does not know the request       |
 */
export type HoldOutcome = { readonly held: string } | HoldRefusal | 'unanswered' | 'unreadable';

const answerSchema = z.union([
  z.object({ held: z.uuid(), reason: z.null() }),
  z.object({ held: z.null(), reason: z.enum(holdRefusals) }),
]);

/** Held is what says so, with an id, and nothing else. */
export function readHold(answer: GatewayAnswer | null): HoldOutcome {
  if (answer === null) return 'unanswered';
  if (answer.status === 404) return 'unknown';
  if (answer.status !== 200) return 'unreadable';
  const read = answerSchema.safeParse(parseJson(answer.text));
  if (!read.success) return 'unreadable';
  return read.data.held === null ? read.data.reason : { held: read.data.held };
}
