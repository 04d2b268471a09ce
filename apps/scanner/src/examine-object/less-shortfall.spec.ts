import { describe, expect, it } from 'vitest';
import { type EngineOutcome, noStreams } from '@sluice/contracts';
import { FakeEngine } from '@sluice/contracts/testing';
import { lessShortfall } from './less-shortfall.js';

const engine = new FakeEngine();
const mebibyte = 1024 * 1024;
const small = { mime: 'application/pdf', sizeBytes: 1000, streams: noStreams };
const remark: EngineOutcome = {
  kind: 'unscannable',
  reason: 'limit-exceeded',
  limit: 'beside Heuristics.X',
  isRemark: true,
};
const judged = (outcome: EngineOutcome, kind = small): Promise<EngineOutcome> =>
  lessShortfall(engine, { outcome, kind, deadlineMs: performance.now() + 1000 });

describe("an engine's remark", () => {
  it('is as good as clean of something small', async () => {
    expect(await judged(remark)).toEqual({ kind: 'clean' });
    const streams = { count: 1000, totalBytes: 32 * mebibyte, largestBytes: mebibyte };
    expect(await judged(remark, { ...small, streams })).toEqual({ kind: 'clean' });
  });

  it.each([
    ['the object', { ...small, sizeBytes: 32 * mebibyte + 1 }],
    ['streams', { ...small, streams: { count: 9, totalBytes: 32 * mebibyte + 1, largestBytes: mebibyte } }],
    ['the number of streams', { ...small, streams: { count: 1001, totalBytes: 1001, largestBytes: 1 } }],
  ])('hides that a bound may have been reached, where that is large: %s', async (_what, kind) => {
    expect(await judged(remark, kind)).toEqual(remark);
  });

  it('does not make up for what the engine leaves out of such a kind', async () => {
    engine.missedOf = () => ({ reason: 'unsupported', limit: 'ScanPDF' });
    const missed = { kind: 'unscannable', reason: 'unsupported', limit: 'ScanPDF' };
    expect(await judged(remark)).toEqual(missed);
    expect(await judged({ kind: 'clean' })).toEqual(missed);
    engine.missedOf = () => null;
    expect(await judged({ kind: 'clean' })).toEqual({ kind: 'clean' });
  });

  it.each<EngineOutcome>([
    { kind: 'unscannable', reason: 'limit-exceeded' },
    { kind: 'failed', code: 'timeout', retryable: true },
    { kind: 'infected', detections: [] },
  ])('is not meant by %j', async (outcome) => {
    expect(await judged(outcome)).toEqual(outcome);
  });
});
