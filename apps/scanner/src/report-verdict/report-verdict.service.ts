import { type BrokerErrorCode, BrokerError, type Publication } from '@sluice/broker';
import {
  type Verdict,
  type VerdictQueueMessage,
  exchanges,
  maxVerdictsBytes,
  maxVerdictsPerMessage,
  queues,
  verdictVersion,
} from '@sluice/contracts';
import type { Logger } from '@sluice/runtime';
import { BackOff, Deadline } from '@sluice/timing';
import type { Pause } from '../take-jobs/pause.js';

const retries = { firstMs: 200, longestMs: 2000, spread: 0 };
/** Then the job is handed back: it is redelivered after a lost connection anyway. */
const giveUpAfterMs = 120_000;
/** Messages with several verdicts on their way: what is found meanwhile gathers. Two, so that a stuck one holds up none. */
const maxInFlight = 2;

interface Waiting {
  readonly verdict: Verdict;
  readonly bytes: number;
  readonly resolve: (isReported: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Publishes verdicts and returning markers: confirmed and mandatory, again and again until the broker has them. A lone
 * verdict goes at once; on a busy scanner the confirms set the pace, and several share a message.
 */
export class ReportVerdictService {
  private readonly waiting: Waiting[] = [];
  private inFlight = 0;

  constructor(
    private readonly broker: { publish(publication: Publication): Promise<void> },
    private readonly pause: Pause,
    private readonly logger: Logger,
  ) {}

  /** True when the broker has it: only then may the job be acknowledged. */
  report(message: Exclude<VerdictQueueMessage, { kind: 'verdicts' }>): Promise<boolean> {
    if (message.kind === 'marker') return this.deliver(message, message.markerId);
    const bytes = Buffer.byteLength(JSON.stringify(message));
    return new Promise((resolve, reject) => {
      this.waiting.push({ verdict: message, bytes, resolve, reject });
      this.sendWaiting();
    });
  }

  private sendWaiting(): void {
    while (this.inFlight < maxInFlight && this.waiting.length > 0) void this.send(this.takeFitting());
  }

  /** As many as fit into one message, at least one. */
  private takeFitting(): Waiting[] {
    let bytes = 0;
    const end = this.waiting.findIndex((one, index) => {
      bytes += one.bytes;
      return index > 0 && (index >= maxVerdictsPerMessage || bytes > maxVerdictsBytes);
    });
    return this.waiting.splice(0, end < 0 ? this.waiting.length : end);
  }

  private async send(taken: readonly Waiting[]): Promise<void> {
    const verdicts = taken.map((one) => one.verdict);
    const [first] = verdicts;
    if (first === undefined) return;
    const message =
      verdicts.length === 1 ? first : ({ kind: 'verdicts', v: verdictVersion, verdicts } as const);
    this.inFlight += 1;
    try {
      const isReported = await this.deliver(message, first.submissionId);
      for (const one of taken) one.resolve(isReported);
    } catch (error) {
      for (const one of taken) one.reject(error);
    } finally {
      this.inFlight -= 1;
      this.sendWaiting();
    }
  }

  private async deliver(message: VerdictQueueMessage, id: string): Promise<boolean> {
    const deadline = Deadline.in(giveUpAfterMs);
    for (const backOff = new BackOff(retries); ;) {
      const problem = await this.attempt(message);
      if (problem === null) return true;
      if (this.pause.isOver || deadline.isOver) return false;
      this.logger.warn({ code: problem, kind: message.kind, id }, 'not reported yet, trying again');
      await this.pause.wait(backOff.nextMs());
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
