import type { StatesAnswer } from '@sluice/contracts';
import { jsonText, refuse } from '../answer-requests/answer.js';
import type { Answer } from '../answer-requests/answer.js';
import type { Exchange } from '../answer-requests/exchange.js';
import type { Ledger } from '../ask-ledger/ledger.js';
import type { AcceptedCaller } from '../authorise-callers/authorise-caller.js';
import type { HeldRequests } from '../hold-requests/held-requests.js';
import { badWait, readWaitSeconds, tooManyHeld } from '../hold-requests/wait-seconds.js';
import { stateFormats } from './state-format.js';
import type { StateFormat } from './state-format.js';
import { readStatesQuery } from './states-query.js';
import type { StatesQuery } from './states-query.js';

const pageSize = 1000;

interface ListStatesDeps {
  readonly ledger: Ledger;
  readonly held: HeldRequests;
  readonly maxWaitSeconds: number;
}

type AskPage = (after: string | null, limit: number) => Promise<StatesAnswer>;

/** GET /scans/state: a list is passed on page by page, as fast as the caller reads. */
export class ListStates {
  constructor(private readonly parts: ListStatesDeps) {}

  async answer(exchange: Exchange, caller: AcceptedCaller): Promise<Answer | 'streamed'> {
    const query = readStatesQuery(exchange.target.query);
    if (typeof query === 'string') return refuse('bad-request', query);
    const waitSeconds = readWaitSeconds(exchange.target.query, this.parts.maxWaitSeconds);
    if (waitSeconds === null) return badWait;
    const ask = this.asker(caller, query);
    const first = await this.parts.held.hold({
      caller,
      scanId: null,
      waitMs: waitSeconds * 1000,
      gone: exchange.gone,
      look: () => ask(query.after, Math.min(query.limit ?? pageSize, pageSize)),
      isEnough: ({ scans }) => scans.length > 0,
    });
    if (first === 'too-many') return tooManyHeld;
    const format = stateFormats[caller.answerFormat];
    if (first.scans.length === 0 && format.emptyStatus === 204) return { status: 204 };
    if (query.limit !== null) return this.answerPage(first, query.limit, { ask, format });
    if (first.next === null) return whole(format, first.scans, null);
    await exchange.stream({ status: 200, contentType: 'application/json' }, pieces(first, ask, format));
    return 'streamed';
  }

  private asker({ registrationId }: AcceptedCaller, { instance, states }: StatesQuery): AskPage {
    const filter = { registrationId, instance, states: states === null ? null : [...states] };
    return (after, limit) => this.parts.ledger.states({ ...filter, after, limit });
  }

  /** A page the caller asked for: complete before it is sent, because where it ends is told in a header. */
  private async answerPage(
    first: StatesAnswer,
    limit: number,
    { ask, format }: { ask: AskPage; format: StateFormat },
  ): Promise<Answer> {
    const scans = [...first.scans];
    let { next } = first;
    while (next !== null && scans.length < limit) {
      const page = await ask(next, Math.min(limit - scans.length, pageSize));
      scans.push(...page.scans);
      next = page.next;
    }
    return whole(format, scans, next);
  }
}

function whole(format: StateFormat, scans: StatesAnswer['scans'], next: string | null): Answer {
  const answer = jsonText(format.open + scans.map(format.scan).join(',') + format.close(next));
  return next === null ? answer : { ...answer, headers: { 'X-Next-After': next } };
}

async function* pieces(first: StatesAnswer, ask: AskPage, format: StateFormat): AsyncIterable<string> {
  yield format.open;
  let page = first;
  let isFirst = true;
  for (;;) {
    if (page.scans.length > 0) {
      yield (isFirst ? '' : ',') + page.scans.map(format.scan).join(',');
      isFirst = false;
    }
    if (page.next === null) break;
    page = await ask(page.next, pageSize);
  }
  yield format.close(null);
}
