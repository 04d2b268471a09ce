import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { jobOf } from '../testing/job-of.js';
import { ScannerBench, lightConsumer } from '../testing/scanner-bench.js';

const job = jobOf();

let bench: ScannerBench;
beforeEach(() => {
  bench = new ScannerBench();
});
afterEach(() => bench.stop());

describe('a scanner whose engine fails', () => {
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
    await until(() => bench.isConsuming[lightConsumer] === false);
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
});
