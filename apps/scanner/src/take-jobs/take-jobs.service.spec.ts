import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BrokerError,
  type ConsumeOptions,
  type Consumer,
  type Delivery,
  type Disposition,
} from '@sluice/broker';
import { type Job, type Verdict, type VerdictQueueMessage, defaultSettings } from '@sluice/contracts';
import { FakeEngine } from '@sluice/contracts/testing';
import { until } from '@sluice/timing';
import { createLogger } from '@sluice/runtime';
import { Registry } from 'prom-client';
import { CallLimit } from '../examine-object/call-limit.js';
import type { Examination } from '../examine-object/examine-object.service.js';
import { ReportVerdictService } from '../report-verdict/report-verdict.service.js';
import { ScannerMetrics } from '../scanner-metrics.js';
import { WatchEnginesService } from '../watch-engines/watch-engines.service.js';
import { BeginAgainService } from './begin-again.service.js';
import { BrokenOff } from './broken-off.js';
import { Pause } from './pause.js';
import { ScanJobService } from './scan-job.service.js';
import { ScanSlots } from './scan-slots.js';
import { TakeJobsService } from './take-jobs.service.js';

const logger = createLogger({ service: 'test', instance: 'test', level: 'silent' });
const job: Job = {
  kind: 'job',
  v: 1,
  submissionId: crypto.randomUUID(),
  objectKey: 'a'.repeat(32),
  sizeBytes: 1,
  sha256: 'b'.repeat(64),
  objectType: 'file',
};
const ahead = 'scan.light.classic.1 16';
const mailId = crypto.randomUUID();
const marker = { kind: 'marker', v: 1, markerId: 'm1', queue: 'scan.light.classic.1', priority: 1 } as const;

/** A scanner whose broker, ledger and engine are in the hands of the test. */
class Bench {
  readonly engine = new FakeEngine();
  readonly published: VerdictQueueMessage[] = [];
  readonly begun: string[] = [];
  publishError: BrokerError | null = null;
  decision: 'go' | 'go-alone' | 'drop' | null = 'go';
  isLoaded = true;
  isConsuming: Record<string, boolean> = {};
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
    const examiner = { examine: () => this.examine() };
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

  deliver(content: unknown, redelivered = false, queue = 'scan.light.classic.1 2'): Promise<Disposition> {
    const handler = this.handlers[queue];
    if (handler === undefined) throw new Error('no one consumes');
    const raw = Buffer.alloc(0);
    const origin = { routingKey: 'light', sender: 'gateway', reply: () => undefined } as const;
    return handler({ content, redelivered, raw, priority: 1, ...origin });
  }

  async stop(): Promise<void> {
    await this.jobs.stop(10);
    await this.watch.stop();
  }

  /** Whether each consumer is open, but for the one that takes jobs ahead. */
  get usual(): boolean[] {
    return Object.entries(this.isConsuming).flatMap(([name, is]) => (name === ahead ? [] : [is]));
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

  private async examine(): Promise<Examination> {
    const bytes = (async function* () {
      yield Buffer.from('x');
    })();
    const outcome = await this.engine.scan({ sizeBytes: 1, bytes });
    const status = await this.engine.selfTest();
    const { name, technology } = this.engine;
    return {
      kind: 'examined',
      shown: { parts: 0, bytes: 0, calls: 0 },
      object: {
        md5: '0'.repeat(32),
        sha1: '0'.repeat(40),
        sha256: '0'.repeat(64),
        detectedType: 'text/plain',
        mail: null,
      },
      results: [
        {
          engine: name,
          technology,
          isContentEngine: true,
          status,
          outcome,
          detectionsTotal: 0,
          notExamined: [],
          notExaminedTotal: 0,
          notExaminedReasons: [],
          durationMs: 1,
        },
      ],
    };
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.stop());

describe('taking jobs', () => {
  it('scans a job, reports the verdict, and acknowledges only then', async () => {
    bench.watch.start();
    await until(() => bench.isConsuming['scan.light.classic.1 2'] === true);
    expect(await bench.deliver(job)).toBe('ack');
    expect(bench.verdicts).toMatchObject([
      { submissionId: job.submissionId, outcome: 'clean', scanner: 'test' },
    ]);
    expect(bench.begun).toEqual([]);
  });

  it('sends a marker straight on', async () => {
    expect(await bench.deliver(marker)).toBe('ack');
    expect(bench.published).toEqual([marker]);
    expect(bench.engine.scanCount).toBe(0);
  });

  it.each([undefined, {}, { ...job, v: 99 }, { ...job, submissionId: 'x' }, 'text'])(
    'puts what it cannot read among the dead letters: %j',
    async (content) => {
      expect(await bench.deliver(content)).toBe('dead-letter');
      expect(bench.published).toEqual([]);
    },
  );

  it('consumes only with healthy engines and loaded settings, queues of another type too', async () => {
    const [shut, open] = [Array(7).fill(false), Array(7).fill(true)];
    bench.isLoaded = false;
    await bench.watch.check();
    expect(bench.usual).toEqual(shut);
    bench.isLoaded = true;
    bench.loadedListener();
    expect(bench.usual).toEqual(open);
    bench.engine.problem = 'broken';
    await bench.watch.check();
    expect(bench.usual).toEqual(shut);
    bench.engine.problem = null;
    await until(() => bench.usual.every(Boolean));
  });

  it('takes jobs ahead of its slots while scans are quick and no mail waits, and not from the start', async () => {
    await bench.watch.check();
    expect(bench.isConsuming[ahead]).toBe(false);
    for (let n = 0; n < 16; n += 1) await bench.deliver({ ...job, submissionId: crypto.randomUUID() });
    await until(() => bench.isConsuming[ahead] === true);
    let open: () => void = () => undefined;
    bench.engine.gate = new Promise((resolve) => (open = resolve));
    const mails = Array.from({ length: 4 }, () =>
      bench.deliver({ ...job, submissionId: crypto.randomUUID() }, false, 'scan.mail.classic.1 1'),
    );
    await until(() => bench.isConsuming[ahead] === false);
    open();
    await Promise.all(mails);
  });

  it('hands back uncounted what it took ahead and has no slot for', async () => {
    await bench.watch.check();
    let open: () => void = () => undefined;
    bench.engine.gate = new Promise((resolve) => (open = resolve));
    const slow = [1, 2].map(() => bench.deliver({ ...job, submissionId: crypto.randomUUID() }));
    await until(() => bench.engine.activeCount === 2);
    const waiting = bench.deliver({ ...job, submissionId: crypto.randomUUID() });
    expect(await bench.deliver(job, false, ahead)).toBe('requeue');
    expect(bench.published).toEqual([]);
    open();
    expect(await Promise.all([...slow, waiting])).toEqual(['ack', 'ack', 'ack']);
    expect(await bench.deliver(job, false, ahead)).toBe('ack');
    expect(bench.begun).toEqual([]);
  });

  it('asks before it scans a job that was delivered before', async () => {
    await bench.watch.check();
    expect(await bench.deliver(job, true)).toBe('ack');
    expect(bench.begun).toEqual([job.submissionId]);
    bench.decision = 'drop';
    expect(await bench.deliver(job, true)).toBe('ack');
    expect(bench.engine.scanCount).toBe(1);
  });

  it('asks again until it is answered, and never scans uncounted', async () => {
    await bench.watch.check();
    bench.decision = null;
    const taken = bench.deliver(job, true);
    await until(() => bench.begun.length >= 2);
    expect(bench.engine.scanCount).toBe(0);
    bench.decision = 'go';
    expect(await taken).toBe('ack');
  });

  it('lets a job run alone when told so', async () => {
    await bench.watch.check();
    let open: () => void = () => undefined;
    bench.engine.gate = new Promise((resolve) => (open = resolve));
    const first = bench.deliver(job);
    await until(() => bench.engine.activeCount === 1);
    bench.decision = 'go-alone';
    const alone = bench.deliver(job, true);
    await until(() => bench.begun.length === 1);
    const third = bench.deliver(job);
    open();
    await Promise.all([first, alone, third]);
    expect(bench.engine.maxActiveCount).toBe(1);
  });

  it('does not count a begin of one that waits for another to be alone', async () => {
    await bench.watch.check();
    let open: () => void = () => undefined;
    bench.engine.gate = new Promise((resolve) => (open = resolve));
    bench.decision = 'go-alone';
    const suspect = bench.deliver(job, true);
    await until(() => bench.engine.activeCount === 1);
    const innocent = bench.deliver({ ...job, submissionId: crypto.randomUUID() }, true);
    const mail = bench.deliver({ ...job, submissionId: mailId }, true, 'scan.mail.classic.1 1');
    await until(() => bench.engine.activeCount === 2);
    expect(bench.begun).toEqual([job.submissionId, mailId]);
    open();
    await Promise.all([suspect, innocent, mail]);
    expect(bench.begun).toHaveLength(3);
  });

  it('scans mail while a slow object of another system has the only ordinary slots', async () => {
    await bench.watch.check();
    let open: () => void = () => undefined;
    bench.engine.gate = new Promise((resolve) => (open = resolve));
    const slow = [bench.deliver(job), bench.deliver({ ...job, submissionId: crypto.randomUUID() })];
    await until(() => bench.engine.activeCount === 2);
    bench.engine.gate = Promise.resolve();
    expect(await bench.deliver({ ...job, submissionId: mailId }, false, 'scan.mail.classic.1 1')).toBe('ack');
    expect(bench.verdicts.map((one) => one.submissionId)).toEqual([mailId]);
    open();
    await Promise.all(slow);
  });

  it('takes no mail for slots that others have, and nothing of others while mail waits', async () => {
    await bench.watch.check();
    let open: () => void = () => undefined;
    bench.engine.gate = new Promise((resolve) => (open = resolve));
    const others = [1, 2].map(() => bench.deliver({ ...job, submissionId: crypto.randomUUID() }));
    await until(() => bench.isConsuming['scan.mail.classic.1 2'] === false);
    expect(bench.isConsuming).toMatchObject({
      'scan.mail.classic.1 1': true,
      'scan.light.classic.1 2': true,
    });
    const mails = [1, 2].map(() =>
      bench.deliver({ ...job, submissionId: crypto.randomUUID() }, false, 'scan.mail.classic.1 1'),
    );
    await until(() => bench.isConsuming['scan.light.classic.1 2'] === false);
    open();
    await Promise.all([...others, ...mails]);
    await until(() => bench.usual.every(Boolean));
  });

  it('counts a failure on one object while the engine is healthy', async () => {
    await bench.watch.check();
    bench.engine.nextOutcome = { kind: 'failed', code: 'crashed', retryable: true };
    expect(await bench.deliver(job)).toBe('ack');
    expect(bench.verdicts).toMatchObject([{ outcome: 'failed-attempt', reason: 'engine-failed' }]);
  });

  it('ends a scan over its time in timeout while the engine is healthy', async () => {
    await bench.watch.check();
    bench.engine.nextOutcome = { kind: 'failed', code: 'timeout', retryable: true };
    expect(await bench.deliver(job)).toBe('ack');
    expect(bench.verdicts).toMatchObject([{ outcome: 'timeout' }]);
  });

  it('keeps a job uncounted while its engine is broken, and scans it when the engine is back', async () => {
    await bench.watch.check();
    bench.engine.nextOutcome = { kind: 'failed', code: 'unreachable', retryable: true };
    bench.engine.problem = 'down';
    const taken = bench.deliver(job);
    await until(() => bench.isConsuming['scan.light.classic.1 2'] === false);
    expect(bench.published).toEqual([]);
    bench.engine.problem = null;
    bench.engine.nextOutcome = null;
    expect(await taken).toBe('ack');
    expect(bench.verdicts).toMatchObject([{ outcome: 'clean' }]);
  });

  it('hands a job back unreported when its engine stays broken', async () => {
    await bench.watch.check();
    bench.engine.nextOutcome = { kind: 'failed', code: 'unreachable', retryable: true };
    bench.engine.problem = 'down';
    expect(await bench.deliver(job)).toBe('requeue');
    expect(bench.published).toEqual([]);
  });

  it('hands a redelivered job back without counting a begin while an engine is broken', async () => {
    bench.engine.problem = 'down';
    expect(await bench.deliver(job, true)).toBe('requeue');
    expect(bench.begun).toEqual([]);
  });

  it('reports again until the broker has the verdict', async () => {
    await bench.watch.check();
    bench.publishError = new BrokerError('disconnected', 'gone');
    const taken = bench.deliver(job);
    await until(() => bench.engine.scanCount === 1);
    bench.publishError = null;
    expect(await taken).toBe('ack');
    expect(bench.verdicts).toHaveLength(1);
  });

  it('hands back at once what it cannot report before it stops', async () => {
    await bench.watch.check();
    bench.publishError = new BrokerError('disconnected', 'gone');
    const taken = bench.deliver(job);
    await until(() => bench.engine.scanCount === 1);
    await bench.jobs.stop(0);
    expect(await taken).toBe('requeue');
  });
});
