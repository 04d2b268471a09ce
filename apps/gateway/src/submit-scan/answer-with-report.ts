import type { AcceptItem, Report } from '@sluice/contracts';
import { json } from '../answer-requests/answer.js';
import type { Answer } from '../answer-requests/answer.js';
import type { Exchange } from '../answer-requests/exchange.js';
import { LedgerError } from '../ask-ledger/ledger.js';
import type { Ledger } from '../ask-ledger/ledger.js';
import type { AcceptedCaller } from '../authorise-callers/authorise-caller.js';
import type { HeldRequests } from '../hold-requests/held-requests.js';

interface ReportDeps {
  readonly ledger: Pick<Ledger, 'report'>;
  readonly held: HeldRequests;
}

interface RecordedScan {
  readonly exchange: Exchange;
  readonly caller: AcceptedCaller;
  readonly item: Pick<AcceptItem, 'registrationId' | 'scanId' | 'instance'>;
  readonly waitMs: number;
}

/**
 * `POST /scans?wait=N`: the report when the scan ends within N seconds, else 202 with its scanId. The scan is recorded by
 * now, so nothing that happens from here on is a refusal: too many held, or a ledger that cannot be asked, is 202 too.
 */
export async function answerWithReport(
  { ledger, held }: ReportDeps,
  { exchange, caller, item, waitMs }: RecordedScan,
): Promise<Answer> {
  const { registrationId, instance } = item;
  const scanId = item.scanId ?? '';
  const look = async (): Promise<Report | null> => {
    try {
      return await ledger.report({ registrationId, scanId, instance });
    } catch (error) {
      if (error instanceof LedgerError) return null;
      throw error;
    }
  };
  const isEnough = (report: Report | null): boolean => report !== null && report.state !== 'processing';
  const report = await held.hold({ caller, scanId, waitMs, gone: exchange.gone, look, isEnough });
  if (report === 'too-many' || report === null || !isEnough(report)) return notYet(scanId);
  return json(report);
}

const notYet = (scanId: string): Answer => ({ ...json({ scanId }), status: 202 });
