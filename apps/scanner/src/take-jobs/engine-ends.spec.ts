import { beforeEach, describe, expect, it } from 'vitest';
import { type EngineOutcome, type Job, type Verdict, defaultSettings } from '@sluice/contracts';
import { FakeEngine } from '@sluice/contracts/testing';
import { until } from '@sluice/timing';
import { createLogger } from '@sluice/runtime';
import { Registry } from 'prom-client';
import { CallLimit } from '../examine-object/call-limit.js';
import type { Examination } from '../examine-object/examine-object.service.js';
import { ScannerMetrics } from '../scanner-metrics.js';
import { examinationOf } from '../testing/examination-of.js';
import { jobOf } from '../testing/job-of.js';
import { WatchEnginesService } from '../watch-engines/watch-engines.service.js';
import { BrokenOff } from './broken-off.js';
import { ScanJobService } from './scan-job.service.js';
import { ScanSlots } from './scan-slots.js';

const logger = createLogger({ service: 'test', instance: 'test', level: 'silent' });
const brokeOff: EngineOutcome = { kind: 'failed', code: 'broke-off', retryable: true };
const unreachable: EngineOutcome = { kind: 'failed', code: 'unreachable', retryable: true };
const clean: EngineOutcome = { kind: 'clean' };
const infected: EngineOutcome = {
  kind: 'infected',
  detections: [{ engine: 'other', technology: 'am', name: 'Test', path: [] }],
};

const poison = jobOf('a');

/** A scanner whose engine ends over one object, and is broken until it is started again. */
class Bench {
  readonly engine = new FakeEngine();
  /** Hashes of what was shown to the engine, in order. */
  readonly shown: string[] = [];
  says: (job: Job) => readonly EngineOutcome[] = () => [clean];
  readonly slots = new ScanSlots({ light: 4, mail: 1 }, { patienceMs: 60_000, suspectMs: 0 });
  readonly watch = new WatchEnginesService(
    [{ name: 'fake', test: async () => [await this.engine.selfTest()] }],
    logger,
  );
  private running = 0;
  readonly together: Record<string, number> = {};
  gate: Promise<void> = Promise.resolve();
  private readonly scans: ScanJobService;

  constructor() {
    this.scans = new ScanJobService({
      examiner: { examine: (job: Job) => this.examine(job) },
      engines: this.watch,
      settings: () => ({ ...defaultSettings, allowTestSignatures: true }),
      givenPasswords: { of: () => Promise.resolve([]) },
      scanner: 'test',
      callsOfOthers: new CallLimit(2),
      decisionSet: { begin: () => () => null },
      isMailHeldUp: () => false,
      brokenOff: new BrokenOff(),
      metrics: new ScannerMetrics(new Registry(), { busySlots: () => 0, engines: () => [] }),
      logger,
      keepMs: 60_000,
    });
  }

  scan(job: Job): Promise<Verdict | null> {
    return this.slots.run({ queue: 'light', isAlone: false }, (slot) =>
      this.scans.scan(job, { queue: 'light', slot }),
    );
  }

  /** The engine ends over it, and is away until it is told to be back. */
  endOver = (job: Job): void => {
    this.says = ({ sha256 }) => {
      if (sha256 !== job.sha256) return [clean];
      this.engine.problem = 'down';
      return [brokeOff];
    };
  };

  startAgain(): void {
    this.engine.problem = null;
    void this.watch.check({ isFresh: true });
  }

  private async examine(job: Job): Promise<Examination> {
    this.shown.push(job.sha256);
    this.running += 1;
    this.together[job.submissionId] = this.running;
    await this.gate;
    const outcomes = this.says(job);
    this.running -= 1;
    const status = await this.engine.selfTest();
    return examinationOf(
      job,
      outcomes.map((outcome, index) => ({
        engine: index === 0 ? 'clamav' : 'other',
        technology: 'am',
        status: { ...status, isHealthy: true },
        outcome,
      })),
    );
  }
}

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.watch.check();
});

/** Scans what ends the engine, which starts again each time. */
async function scanPoison(): Promise<Verdict | null> {
  bench.endOver(poison);
  const scanned = bench.scan(poison);
  await until(() => bench.shown.length === 1 && !bench.watch.isHealthy);
  bench.startAgain();
  return scanned;
}

describe('an object over which an engine ends', () => {
  it('is shown to it twice, and ends in error with the reason', async () => {
    expect(await scanPoison()).toMatchObject({
      outcome: 'error',
      reason: 'too-many-attempts',
      reasonText: expect.stringContaining('clamav ended twice'),
      detections: [],
    });
    expect(bench.shown).toEqual([poison.sha256, poison.sha256]);
  });

  it('is not shown to it when the same bytes come again', async () => {
    await scanPoison();
    bench.startAgain();
    const again = await Promise.all(Array.from({ length: 20 }, () => bench.scan(jobOf('a'))));
    expect(new Set(again.map((verdict) => verdict?.outcome))).toEqual(new Set(['error']));
    expect(bench.shown).toHaveLength(2);
    bench.says = () => [clean];
    expect(await bench.scan(jobOf('b'))).toMatchObject({ outcome: 'clean' });
  });

  it('takes no other with it the second time, and what it took the first time gets its verdict', async () => {
    let open: () => void = () => undefined;
    bench.gate = new Promise((resolve) => (open = resolve));
    bench.says = () => {
      bench.engine.problem = 'down';
      return [brokeOff];
    };
    const innocents = ['b', 'c'].map((letter) => jobOf(letter));
    const all = [poison, ...innocents].map((job) => bench.scan(job));
    await until(() => bench.shown.length === 3);
    open();
    await until(() => !bench.watch.isHealthy);
    bench.endOver(poison);
    // Back after each end, as a supervision brings it.
    const supervision = setInterval(() => bench.startAgain(), 20);
    const verdicts = await Promise.all(all);
    clearInterval(supervision);
    expect(verdicts.map((verdict) => verdict?.outcome)).toEqual(['error', 'clean', 'clean']);
    expect([poison, ...innocents].map(({ submissionId }) => bench.together[submissionId])).toEqual([1, 1, 1]);
  });

  it('is shown once more, not once more for each copy that was in hand', async () => {
    bench.endOver(poison);
    const copies = Promise.all(['a', 'a', 'a'].map((letter) => bench.scan(jobOf(letter))));
    const supervision = setInterval(() => bench.startAgain(), 20);
    expect((await copies).map((verdict) => verdict?.outcome)).toEqual(['error', 'error', 'error']);
    clearInterval(supervision);
    expect(bench.shown).toHaveLength(4);
  });

  it('is forgotten when the engine finishes it the second time', async () => {
    let ends = 0;
    bench.says = () => {
      if ((ends += 1) > 1) return [clean];
      bench.engine.problem = 'down';
      return [brokeOff];
    };
    const scanned = bench.scan(poison);
    await until(() => !bench.watch.isHealthy);
    bench.startAgain();
    expect(await scanned).toMatchObject({ outcome: 'clean' });
    ends = 0;
    const later = bench.scan(poison);
    await until(() => !bench.watch.isHealthy);
    bench.startAgain();
    expect(await later).toMatchObject({ outcome: 'clean' });
  });

  it('is not forgotten when the engine was away in between', async () => {
    const said = [brokeOff, unreachable, brokeOff];
    bench.says = () => {
      bench.engine.problem = 'down';
      return [said.shift() ?? clean];
    };
    const scanned = bench.scan(poison);
    const supervision = setInterval(() => bench.startAgain(), 20);
    expect(await scanned).toMatchObject({ outcome: 'error' });
    clearInterval(supervision);
    expect(bench.shown).toHaveLength(3);
  });

  it('is detected when another engine finds something in it', async () => {
    bench.says = () => {
      bench.engine.problem = 'down';
      return [brokeOff, infected];
    };
    expect(await bench.scan(poison)).toMatchObject({ outcome: 'infected' });
    expect(bench.shown).toHaveLength(1);
  });
});
