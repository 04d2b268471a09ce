import type { RegistryEntry } from '@sluice/contracts';
import type { Logger } from '@sluice/runtime';
import { LedgerError } from '../ask-ledger/ledger.js';
import { authoriseCaller } from '../authorise-callers/authorise-caller.js';
import type { Authorisation, CallerRegistry } from '../authorise-callers/authorise-caller.js';
import type { SightingReports } from '../authorise-callers/report-sightings.service.js';
import type { GatewayMetrics, RouteName } from '../gateway-metrics.js';
import { asDocumented, refuse } from './answer.js';
import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';
import type { Route } from './route-request.js';

interface AnswerParts {
  readonly registry: CallerRegistry;
  readonly route: (method: string, path: string) => Route;
  readonly sightings: SightingReports;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly maxUnauthorisedAnswers: number;
}

interface Outcome {
  readonly route: RouteName;
  readonly answer: Answer | 'streamed';
  /** What the registry has of the pair; absent when the request says nothing about any pair. */
  readonly entry?: RegistryEntry | null;
}

const outsideBase = refuse('not-found', 'the API begins at /kata/scanner/v1/sensors/{sensorId}');

/** The edge of the HTTP API: who calls, what is asked, and every fault turned into an answer, in one place. */
export class AnswerExchange {
  constructor(private readonly parts: AnswerParts) {}

  async handle(exchange: Exchange): Promise<void> {
    const { route, answer, entry } = await this.decide(exchange);
    const status = answer === 'streamed' ? 200 : answer.status;
    this.parts.metrics.requests.inc({ route, code: status });
    const { sensorId } = exchange.target;
    if (entry !== undefined && sensorId !== null)
      this.parts.sightings.note(exchange, sensorId, entry, status);
    if (answer === 'streamed') return;
    const isLast =
      status === 401 && exchange.connection.isLastUnauthorised(this.parts.maxUnauthorisedAnswers);
    await exchange.send(answer, isLast);
  }

  private async decide(exchange: Exchange): Promise<Outcome> {
    const { sensorId, path } = exchange.target;
    if (sensorId === null) return { route: 'unknown', answer: outsideBase };
    const { connection } = exchange;
    const authorisation = authoriseCaller(this.parts.registry, sensorId, connection.fingerprint);
    if (authorisation.kind !== 'accepted') {
      if (authorisation.kind === 'not-accepted') connection.usedBy(sensorId);
      return refused(authorisation, this.parts.registry);
    }
    connection.usedBy(sensorId);
    connection.onAccepted();
    const { caller } = authorisation;
    const route = this.parts.route(exchange.request.method ?? '', path);
    const answer = await this.attempt(exchange, () => route.answer(exchange, caller));
    const isDocumented = caller.answerFormat === 'documented' && answer !== 'streamed';
    return { route: route.name, answer: isDocumented ? asDocumented(answer) : answer, entry: caller };
  }

  private async attempt(
    exchange: Exchange,
    answer: () => Promise<Answer | 'streamed'>,
  ): Promise<Answer | 'streamed'> {
    const { requestId } = exchange;
    try {
      return await answer();
    } catch (err) {
      if (err instanceof LedgerError) {
        this.parts.logger.warn({ err, requestId }, 'ledger not reachable');
        return refuse('unavailable', 'results cannot be read or changed right now; try again');
      }
      this.parts.logger.error({ err, requestId }, 'request failed');
      return refuse('internal', `the request failed here; its id is ${requestId}`);
    }
  }
}

function refused(
  authorisation: Exclude<Authorisation, { kind: 'accepted' }>,
  { settings }: Pick<CallerRegistry, 'settings'>,
): Outcome {
  const route = 'refused';
  switch (authorisation.kind) {
    case 'no-certificate':
      return { route, answer: refuse('unauthorized', 'a client certificate is needed') };
    case 'bad-sensor-id':
      return {
        route,
        answer: refuse(
          'bad-request',
          'the sensorId has to be 1 to 128 of A-Z a-z 0-9 . _ - without a leading dot',
        ),
      };
    case 'registry-not-current':
      return { route, answer: refuse('unavailable', 'who may call is not known right now; try again') };
    case 'not-accepted':
      return {
        route,
        answer: refuse(
          'unauthorized',
          adviceFor(authorisation.entry, settings.integrationRequests === 'open'),
        ),
        entry: authorisation.entry,
      };
  }
}

/** Who waits for an operator that never sees the request waits for ever: what is wanted depends on why it is refused. */
function adviceFor(entry: RegistryEntry | null, takesRequests: boolean): string {
  switch (entry?.state) {
    case 'rejected':
      return 'an operator rejected this certificate; ask them';
    case 'replaced':
      return 'a newer certificate took the place of this one; use that one, or ask an operator';
    case 'accepted':
    case 'pending':
      return 'an operator has to accept this external system first';
    case undefined:
      return takesRequests
        ? 'an operator has to accept this external system first; if they do not see it, call again'
        : 'no requests of new external systems are taken; ask an operator to register this certificate';
  }
}
