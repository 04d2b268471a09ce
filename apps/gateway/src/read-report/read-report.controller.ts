import { isScanId } from '@sluice/contracts';
import type { Report } from '@sluice/contracts';
import { json, refuse } from '../answer-requests/answer.js';
import type { Answer } from '../answer-requests/answer.js';
import type { Exchange } from '../answer-requests/exchange.js';
import type { Ledger } from '../ask-ledger/ledger.js';
import type { AcceptedCaller } from '../authorise-callers/authorise-caller.js';
import type { HeldRequests } from '../hold-requests/held-requests.js';
import { badWait, readWaitSeconds, tooManyHeld } from '../hold-requests/wait-seconds.js';
import { readInstanceFilter } from '../list-states/states-query.js';

interface ReadReportDeps {
  readonly ledger: Ledger;
  readonly held: HeldRequests;
  readonly maxWaitSeconds: number;
}

/** GET /scans/{scanId}. */
export class ReadReport {
  constructor(private readonly parts: ReadReportDeps) {}

  async answer(exchange: Exchange, caller: AcceptedCaller, scanId: string): Promise<Answer> {
    const { query } = exchange.target;
    const instance = readInstanceFilter(query);
    if (instance === 'invalid') return refuse('bad-request', 'sensorInstanceId is not an identifier');
    const waitSeconds = readWaitSeconds(query, this.parts.maxWaitSeconds);
    if (waitSeconds === null) return badWait;
    if (!isScanId(scanId)) return unknownScan;
    const { registrationId } = caller;
    const report = await this.parts.held.hold({
      caller,
      scanId,
      waitMs: waitSeconds * 1000,
      gone: exchange.gone,
      look: () => this.parts.ledger.report({ registrationId, scanId, instance }),
      // A scan that is not there is not waited for: it may never come.
      isEnough: (found: Report | null) => found?.state !== 'processing',
    });
    if (report === 'too-many') return tooManyHeld;
    return report === null ? unknownScan : json(report);
  }
}

export const unknownScan = refuse('not-found', 'there is no scan of this id');
