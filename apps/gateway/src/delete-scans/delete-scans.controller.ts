import { isScanId } from '@sluice/contracts';
import { ok, refuse } from '../answer-requests/answer.js';
import type { Answer } from '../answer-requests/answer.js';
import type { Exchange } from '../answer-requests/exchange.js';
import type { Ledger } from '../ask-ledger/ledger.js';
import type { AcceptedCaller } from '../authorise-callers/authorise-caller.js';
import { readInstanceFilter } from '../list-states/states-query.js';
import { unknownScan } from '../read-report/read-report.controller.js';

/** DELETE /scans/{scanId} and DELETE /scans: what the caller sees goes, scans and alerts stay. */
export class DeleteScans {
  constructor(private readonly ledger: Ledger) {}

  async answerOne(exchange: Exchange, caller: AcceptedCaller, scanId: string): Promise<Answer> {
    const instance = readInstanceFilter(exchange.target.query);
    if (instance === 'invalid') return badInstance;
    if (!isScanId(scanId)) return unknownScan;
    const { registrationId } = caller;
    const deleted = await this.ledger.deleteScan({ registrationId, scanId, instance });
    return deleted > 0 ? ok : unknownScan;
  }

  async answerAll(exchange: Exchange, caller: AcceptedCaller): Promise<Answer> {
    const instance = readInstanceFilter(exchange.target.query);
    if (instance === 'invalid') return badInstance;
    await this.ledger.deleteAllScans({ registrationId: caller.registrationId, instance });
    return ok;
  }
}

const badInstance = refuse('bad-request', 'sensorInstanceId is not an identifier');
