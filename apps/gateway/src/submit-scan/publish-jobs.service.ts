import { jobPublication, type Job, type JobPublication, type JobQueueKind } from '@sluice/contracts';

/** The part of a broker that jobs are published through. */
export interface JobBroker {
  readonly isConnected: boolean;
  readonly isBlocked: boolean;
  onConnected(listener: () => void): void;
  publish(publication: JobPublication): Promise<void>;
}

interface PendingJob {
  readonly job: Job;
  readonly queue: JobQueueKind;
  readonly priority: number;
}

const retryMs = 1000;
/** Beyond, a job is left to the ledger, which finds every scan whose job was lost. */
const maxUnsent = 10_000;

/**
 * Publishes jobs of accepted scans. The committed row is the promise, so no one waits for the broker's confirm; what
 * was not confirmed is published again from here, as long as this process lives. A job published twice is harmless:
 * the ledger lets one verdict win.
 */
export class JobPublisher {
  private readonly unsent: PendingJob[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  private retryTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly broker: JobBroker,
    private readonly onProblem: (error: unknown, submissionId: string) => void,
  ) {
    broker.onConnected(() => this.publishUnsent());
  }

  get canPublish(): boolean {
    return this.broker.isConnected && !this.broker.isBlocked;
  }

  publish(pending: PendingJob): void {
    const sent = this.send(pending).finally(() => this.inFlight.delete(sent));
    this.inFlight.add(sent);
  }

  /** Resolves when every job was confirmed or given up to the ledger. */
  async flush(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }

  private async send(pending: PendingJob): Promise<void> {
    const { job, queue, priority } = pending;
    try {
      await this.broker.publish(jobPublication(queue, priority, job));
    } catch (error) {
      this.onProblem(error, job.submissionId);
      if (this.unsent.length < maxUnsent) this.unsent.push(pending);
      this.retryLater();
    }
  }

  private retryLater(): void {
    this.retryTimer ??= setTimeout(() => {
      this.retryTimer = null;
      this.publishUnsent();
    }, retryMs);
    this.retryTimer.unref();
  }

  private publishUnsent(): void {
    if (this.unsent.length === 0) return;
    // No one tells of the end of an alarm.
    if (!this.canPublish) return this.retryLater();
    for (const pending of this.unsent.splice(0)) this.publish(pending);
  }
}
