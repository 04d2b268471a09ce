import type { AcceptItem } from '@sluice/contracts';
import type { Logger } from '@sluice/runtime';
import { PeriodicWork } from '@sluice/timing';
import type { Ledger } from '../ask-ledger/ledger.js';
import type { JobPublisher } from './publish-jobs.service.js';

interface Doubtful {
  readonly item: AcceptItem;
  readonly sinceMs: number;
}

export interface DoubtfulSubmissionsDeps {
  readonly ledger: Pick<Ledger, 'isConnected' | 'accept'>;
  readonly jobs: Pick<JobPublisher, 'canPublish' | 'publish'>;
  readonly logger: Pick<Logger, 'info' | 'debug'>;
}

const intervalMs = 1000;
/**
 * A request that was lost on its way expires on the broker long before: a ledger that does not have it by then never will.
 * However long it is away itself, it is asked once more: its search for lost jobs takes minutes, and a mail's sender waits.
 */
const maxAgeMs = 60_000;
/** Beyond, a scan is left to the ledger's search for lost jobs. */
const maxKept = 1000;

/**
 * Submissions whose answer from the ledger was lost. Their callers were told to repeat, and the repeat of a recorded one
 * is answered `OK` without a job; so the ledger is asked for each until it says that the row is there, and its job is
 * published. Nothing is recorded by asking: what a caller has sent since under the same scanId must not be replaced.
 */
export class DoubtfulSubmissions {
  private doubtful: Doubtful[] = [];
  private readonly work: PeriodicWork;

  constructor(private readonly deps: DoubtfulSubmissionsDeps) {
    this.work = new PeriodicWork({
      run: () => this.settle(),
      // It runs only while there is one.
      intervalMs: null,
      retryMs: intervalMs,
      onFailure: (err) => this.deps.logger.debug({ err }, 'the ledger does not answer yet'),
    });
  }

  add(item: AcceptItem): void {
    if (this.doubtful.length < maxKept) this.doubtful.push({ item, sinceMs: performance.now() });
    this.work.wakeWithin(intervalMs);
  }

  async stop(): Promise<void> {
    await this.work.stop();
  }

  /** Rejects when the ledger gives no answer: then the others are not asked for either. */
  private async settle(): Promise<void> {
    const { ledger, jobs } = this.deps;
    if (ledger.isConnected && jobs.canPublish) for (const one of [...this.doubtful]) await this.ask(one);
    if (this.doubtful.length > 0) this.work.wakeWithin(intervalMs);
  }

  private async ask(one: Doubtful): Promise<void> {
    const isOld = performance.now() - one.sinceMs >= maxAgeMs;
    const outcome = await this.deps.ledger.accept({ ...one.item, onlyIfKnown: true });
    if (outcome.outcome === 'accepted' || isOld)
      this.doubtful = this.doubtful.filter((other) => other !== one);
    if (outcome.outcome !== 'accepted') return;
    if (outcome.isDone !== true) this.deps.jobs.publish(outcome);
    const { submissionId } = one.item;
    this.deps.logger.info({ submissionId, queue: outcome.queue }, 'scan was recorded after all');
  }
}
