import { isScanId } from '@sluice/contracts';
import { json, refuse } from '../answer-requests/answer.js';
import type { Answer } from '../answer-requests/answer.js';
import type { Ledger } from '../ask-ledger/ledger.js';
import type { AcceptedCaller } from '../authorise-callers/authorise-caller.js';
import { unknownScan } from '../read-report/read-report.controller.js';

/**
 * POST /scans/{scanId}/hold, of mail sensors: have Sluice keep this mail as the only copy there is. `held` is an id only after
 * the ledger's commit; with null, `reason` says why the mail stays its sender's.
 */
export class HoldMail {
  constructor(private readonly ledger: Pick<Ledger, 'hold'>) {}

  async answer({ type, registrationId }: AcceptedCaller, scanId: string): Promise<Answer> {
    if (type !== 'mail') return notMail;
    if (!isScanId(scanId)) return unknownScan;
    const answer = await this.ledger.hold({ registrationId, scanId });
    if (answer.outcome === 'held') return json({ held: answer.held, reason: null });
    return answer.outcome === 'unknown' ? unknownScan : json({ held: null, reason: answer.outcome });
  }
}

const notMail = refuse('bad-request', 'only what a mail sensor sent can be held');
