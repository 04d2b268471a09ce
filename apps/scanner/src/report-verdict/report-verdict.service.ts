import { type BrokerErrorCode, BrokerError, type Publication } from '@sluice/broker';
import { type VerdictQueueMessage, exchanges, queues } from '@sluice/contracts';
import type { Logger } from '@sluice/runtime';
import type { Pause } from '../take-jobs/pause.js';

const firstRetryMs = 200;
const maxRetryMs = 2000;
/** Then the job is handed back: it is redelivered after a lost connection anyway. */
const giveUpAfterMs = 120_000;

/** Publishes verdicts and returning markers: confirmed and mandatory, again and again until the broker has them. */
export class ReportVerdictService {
  constructor(
    private readonly broker: { publish(publication: Publication): Promise<void> },
    private readonly pause: Pause,
    private readonly logger: Logger,
  ) {}

  /** True when the broker has it: only then may the job be acknowledged. */
  async report(message: VerdictQueueMessage): Promise<boolean> {
    const id = message.kind === 'verdict' ? message.submissionId : message.markerId;
    const endMs = performance.now() + giveUpAfterMs;
    for (let retryMs = firstRetryMs; ; retryMs = Math.min(maxRetryMs, retryMs * 2)) {
      const problem = await this.attempt(message);
      if (problem === null) return true;
      if (this.pause.isOver || performance.now() > endMs) return false;
      this.logger.warn({ code: problem, kind: message.kind, id }, 'not reported yet, trying again');
      await this.pause.wait(retryMs);
    }
  }

  private async attempt(message: VerdictQueueMessage): Promise<BrokerErrorCode | null> {
    try {
      const { routingKey } = queues.verdicts;
      await this.broker.publish({ exchange: exchanges.verdicts.name, routingKey, message, persistent: true });
      return null;
    } catch (error) {
      if (error instanceof BrokerError) return error.code;
      throw error;
    }
  }
}
