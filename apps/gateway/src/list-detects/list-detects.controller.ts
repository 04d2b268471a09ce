import { technologies } from '@sluice/contracts';
import type { Technology } from '@sluice/contracts';
import { jsonText, refuse } from '../answer-requests/answer.js';
import type { Answer } from '../answer-requests/answer.js';
import type { Exchange } from '../answer-requests/exchange.js';
import type { Ledger } from '../ask-ledger/ledger.js';
import type { AcceptedCaller } from '../authorise-callers/authorise-caller.js';
import { readLimit, readList } from '../list-states/states-query.js';
import { readDetectsToken, writeDetectsToken } from './detects-token.js';

const maxLimit = 10_000;
const defaultLimit = 1000;
const pageSize = 1000;

interface DetectsPage {
  readonly detects: readonly Record<string, unknown>[];
  readonly lastId: number;
}

/** GET /detects: alerts after the token's, in the order of their ids. */
export class ListDetects {
  constructor(private readonly ledger: Ledger) {}

  async answer(exchange: Exchange, caller: AcceptedCaller): Promise<Answer | 'streamed'> {
    const { query } = exchange.target;
    const types = readList(query, 'detect_type', technologies);
    if (types === 'unknown')
      return refuse('bad-request', `detect_type has to be of: ${technologies.join(', ')}`);
    const limit = readLimit(query, maxLimit);
    if (limit === 'invalid') return refuse('bad-request', `limit has to be 1 to ${maxLimit}`);
    const token = query.get('token');
    const afterId = token ? readDetectsToken(token) : 0;
    if (afterId === null) return refuse('bad-request', 'token is not one of an earlier answer');
    const ask = this.asker(caller, types);
    const first = await ask(afterId, Math.min(limit ?? defaultLimit, pageSize));
    const rest = (limit ?? defaultLimit) - first.detects.length;
    if (first.detects.length < pageSize || rest === 0) return jsonText(open + list(first) + close(first));
    await exchange.stream({ status: 200, contentType: 'application/json' }, pieces(first, rest, ask));
    return 'streamed';
  }

  private asker({ registrationId }: AcceptedCaller, types: Technology[] | null) {
    return (afterId: number, limit: number): Promise<DetectsPage> =>
      this.ledger.detects({ registrationId, types, limit, afterId });
  }
}

const open = '{"detects":[';
const list = ({ detects }: DetectsPage): string => detects.map((one) => JSON.stringify(one)).join(',');
const close = ({ lastId }: DetectsPage): string => `],"token":"${writeDetectsToken(lastId)}"}`;

async function* pieces(
  first: DetectsPage,
  rest: number,
  ask: (afterId: number, limit: number) => Promise<DetectsPage>,
): AsyncIterable<string> {
  yield open + list(first);
  let page = first;
  let left = rest;
  // A page that was not filled was the last one.
  for (let asked = pageSize; left > 0 && page.detects.length === asked; left -= page.detects.length) {
    asked = Math.min(left, pageSize);
    page = await ask(page.lastId, asked);
    if (page.detects.length > 0) yield `,${list(page)}`;
  }
  yield close(page);
}
