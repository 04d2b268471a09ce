import {
  type BrokerError,
  type ConsumeOptions,
  type Consumer,
  type Delivery,
  type Disposition,
} from '@sluice/broker';
import { type Job, type Verdict, type VerdictQueueMessage, defaultSettings } from '@sluice/contracts';
import { contentOf, FakeEngine } from '@sluice/contracts/testing';
import { createLogger } from '@sluice/runtime';
import { Registry } from 'prom-client';
import { CallLimit } from '../examine-object/call-limit.js';
import type { Examination } from '../examine-object/examine-object.service.js';
import { ReportVerdictService } from '../report-verdict/report-verdict.service.js';
import { ScannerMetrics } from '../scanner-metrics.js';
import { BeginAgainService } from '../take-jobs/begin-again.service.js';
import { BrokenOff } from '../take-jobs/broken-off.js';
import { Pause } from '../take-jobs/pause.js';
import { ScanJobService } from '../take-jobs/scan-job.service.js';
import { ScanSlots } from '../take-jobs/scan-slots.js';
import { TakeJobsService } from '../take-jobs/take-jobs.service.js';
import { WatchEnginesService } from '../watch-engines/watch-engines.service.js';
import { examinationOf } from './examination-of.js';

const logger = createLogger({ service: 'test', instance: 'test', level: 'silent' });
/** Consumers by queue and prefetch. */
export const lightConsumer = 'scan.light.classic.1 2';
export const mailConsumer = 'scan.mail.classic.1 1';
/** Takes light jobs that there is no slot for yet. */
export const aheadConsumer = 'scan.light.classic.1 16';

/** A scanner whose broker, ledger and engine are in the hands of the test. */
export class ScannerBench {
  readonly engine = new FakeEngine();
  readonly published: VerdictQueueMessage[] = [];
  readonly begun: string[] = [];
  publishError: BrokerError | null = null;
  decision: 'go' | 'go-alone' | 'drop' | null = 'go';
  isLoaded = true;
  isConsuming: Record<string, boolean> = {};
  /** In the queue of mail; null: it cannot be asked for. */
  waitingMails: number | null = 0;
  depthsAsked = 0;
  loadedListener: () => void = () => undefined;
  private readonly handlers: Record<string, (delivery: Delivery) => Promise<Disposition>> = {};
  private readonly pause = new Pause();
  readonly watch = new WatchEnginesService(
    [{ name: 'fake', test: async () => [await this.engine.selfTest()] }],
    logger,
  );
  readonly jobs: TakeJobsService;

  constructor() {
    const metrics = new ScannerMetrics(new Registry(), { busySlots: () => 0, engines: () => [] });
    const slots = new ScanSlots({ light: 2, mail: 1 }, { patienceMs: 60_000, suspectMs: 0 });
    const broker = {
      publish: async ({ message }: { message: unknown }) => {
        if (this.publishError !== null) throw this.publishError;
        this.published.push(message as VerdictQueueMessage);
      },
      consume: (options: ConsumeOptions) => this.consume(options),
      queueDepth: async () => {
        this.depthsAsked += 1;
        if (this.waitingMails === null) throw new Error('not connected to the broker');
        return { messages: this.waitingMails, consumers: 1 };
      },
    };
    const rpc = {
      ask: async (_definition: unknown, request: unknown) => {
        this.begun.push((request as { submissionId: string }).submissionId);
        if (this.decision === null) throw new Error('no answer');
        return { decision: this.decision, begins: this.begun.length };
      },
    };
    const verdicts = new ReportVerdictService(broker, this.pause, logger);
    const begin = new BeginAgainService(rpc as never, 'test', this.pause, logger);
    const settings = () => ({ ...defaultSettings, allowTestSignatures: true });
    const examiner = { examine: (job: Job) => this.examine(job) };
    const scans = new ScanJobService({
      examiner,
      engines: this.watch,
      settings,
      givenPasswords: { of: () => Promise.resolve([]) },
      scanner: 'test',
      callsOfOthers: new CallLimit(2),
      decisionSet: { begin: () => () => 'a'.repeat(32) },
      isMailHeldUp: () => slots.isMailHeldUp,
      brokenOff: new BrokenOff(),
      metrics,
      logger,
      keepMs: 1000,
    });
    const isLoaded = () => this.isLoaded;
    this.jobs = new TakeJobsService(
      {
        broker,
        engines: this.watch,
        begin,
        scans,
        verdicts,
        slots,
        pause: this.pause,
        metrics,
        logger,
        settings: {
          get isLoaded() {
            return isLoaded();
          },
          onLoaded: (listener) => void (this.loadedListener = listener),
        },
      },
      { queueType: 'classic', slots: { light: 2, heavy: 1, mail: 1 }, aheadWaitMs: 20 },
    );
  }

  /** As the broker hands a message to the consumer of that name. */
  deliver(content: unknown, redelivered = false, queue = lightConsumer): Promise<Disposition> {
    const handler = this.handlers[queue];
    if (handler === undefined) throw new Error('no one consumes');
    const raw = Buffer.alloc(0);
    const origin = { routingKey: 'light', sender: 'gateway', reply: () => undefined } as const;
    return handler({ content, redelivered, raw, priority: 1, ...origin });
  }

  /** Scans that begin from now on end when the answer is called. */
  holdScans(): () => void {
    let open: () => void = () => undefined;
    this.engine.gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  async stop(): Promise<void> {
    await this.jobs.stop(10);
    await this.watch.stop();
  }

  /** Whether each consumer is open, but for the one that takes jobs ahead. */
  get usual(): boolean[] {
    return Object.entries(this.isConsuming).flatMap(([name, is]) => (name === aheadConsumer ? [] : [is]));
  }

  get verdicts(): Verdict[] {
    return this.published.filter((message) => message.kind === 'verdict');
  }

  /** Consumers are told apart by queue and prefetch. */
  private consume({ queue, prefetch, isPaused, onMessage }: ConsumeOptions): Consumer {
    const name = `${queue.name} ${prefetch}`;
    this.handlers[name] = onMessage;
    this.isConsuming[name] = isPaused !== true;
    const set = (is: boolean) => async (): Promise<void> => void (this.isConsuming[name] = is);
    return { pause: set(false), resume: set(true), stop: set(false), problem: null } as unknown as Consumer;
  }

  private async examine(job: Job): Promise<Examination> {
    const outcome = await this.engine.scan(contentOf(Buffer.from('x')));
    const status = await this.engine.selfTest();
    const { name, technology } = this.engine;
    return examinationOf(job, [{ engine: name, technology, status, outcome }]);
  }
}
