import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerError } from '@sluice/broker';
import { until } from '@sluice/timing';
import { jobOf } from '../testing/job-of.js';
import { ScannerBench, lightConsumer } from '../testing/scanner-bench.js';

const job = jobOf();
const marker = { kind: 'marker', v: 1, markerId: 'm1', queue: 'scan.light.classic.1', priority: 1 } as const;

let bench: ScannerBench;
beforeEach(() => {
  bench = new ScannerBench();
});
afterEach(() => bench.stop());

describe('taking jobs', () => {
  it('scans a job, reports the verdict, and acknowledges only then', async () => {
    bench.watch.start();
    await until(() => bench.isConsuming[lightConsumer] === true);
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
