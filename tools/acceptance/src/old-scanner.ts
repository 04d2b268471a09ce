import { connectBroker, type Broker, type Consumer } from '@sluice/broker';
import { exchanges, jobQueue, queues } from '@sluice/contracts';
import { createLogger } from '@sluice/runtime';
import { until } from '@sluice/timing';
import type { TestSystem } from './test-system.js';

const logger = createLogger({ service: 'test', instance: 'old', level: 'silent' });
/** As 0.1.0 had it: not to be brought up to date. */
const oldKey = /^[0-9a-f]{32}$/;
const reportEveryMs = 2000;

interface OldJob {
  readonly kind: string;
  readonly submissionId: string;
  readonly objectKey: string;
  readonly sha256: string;
}

/**
 * What a scanner of 0.1.0 is to the others: it reports nothing of shared files, and makes a dead letter of a job whose key it
 * cannot read. It finds everything clean.
 */
export class OldScanner {
  readonly taken: string[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly consumer: Consumer;
  private readonly startedAt = new Date().toISOString();

  private constructor(private readonly broker: Broker) {
    this.timer = setInterval(() => void this.report().catch(() => undefined), reportEveryMs);
    this.consumer = broker.consume({
      queue: jobQueue('light', 'classic'),
      prefetch: 4,
      isPaused: true,
      onMessage: async ({ content }) => {
        const job = content as OldJob;
        if (job.kind === 'marker') await this.say(job);
        else if (!oldKey.test(job.objectKey)) return 'dead-letter';
        else {
          this.taken.push(job.submissionId);
          await this.say(this.verdictOf(job));
        }
        return 'ack';
      },
    });
  }

  /** It has reported once, and takes nothing yet. */
  static async join(system: TestSystem): Promise<OldScanner> {
    const url = system.servers.amqpUrls.scanner;
    const broker = await connectBroker({ url, name: 'scanner old', heartbeatSeconds: 60, logger });
    const scanner = new OldScanner(broker);
    await until(() => scanner.report().then(() => true));
    return scanner;
  }

  take(): void {
    void this.consumer.resume();
  }

  async leave(): Promise<void> {
    clearInterval(this.timer);
    await this.consumer.stop(5000);
    await this.broker.close();
  }

  private say(message: unknown): Promise<void> {
    const { routingKey } = queues.verdicts;
    return this.broker.publish({ exchange: exchanges.verdicts.name, routingKey, message });
  }

  private report(): Promise<void> {
    const message = {
      v: 1,
      service: 'scanner',
      instance: 'old',
      version: '0.1.0',
      startedAt: this.startedAt,
      isReady: true,
      problems: [],
      engines: [],
      busySlots: 0,
      slots: 4,
      certificateFingerprint: null,
      certificateNotAfter: null,
      isLoopback: null,
    };
    const { routingKey } = queues.status;
    return this.broker.publish({ exchange: exchanges.rpc.name, routingKey, message, persistent: false });
  }

  private verdictOf({ submissionId, sha256 }: OldJob) {
    const engine = {
      engine: 'clamav',
      technology: 'am',
      version: 'ClamAV 1.0.3',
      signaturesAt: new Date().toISOString(),
      isTestSignatures: false,
      outcome: 'clean',
      reason: null,
      durationMs: 2.5,
    };
    const digests = { md5: 'b'.repeat(32), sha1: 'c'.repeat(40), sha256 };
    return {
      kind: 'verdict',
      v: 1,
      submissionId,
      outcome: 'clean',
      reason: null,
      reasonText: null,
      detections: [],
      detectionsTotal: 0,
      engines: [engine],
      object: { ...digests, detectedType: 'text/plain', mail: null },
      scanner: 'old',
      startedAt: new Date().toISOString(),
      finishedAt: new Date().toISOString(),
    };
  }
}
