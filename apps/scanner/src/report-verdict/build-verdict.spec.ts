import { describe, expect, it } from 'vitest';
import { type Detection, type Job, maxVerdictBytes, verdictSchema } from '@sluice/contracts';
import type { EngineResult } from '../combine-outcomes/combine-outcomes.js';
import { buildVerdict } from './build-verdict.js';

const job: Job = {
  kind: 'job',
  v: 1,
  submissionId: crypto.randomUUID(),
  objectKey: 'a'.repeat(32),
  sizeBytes: 1,
  sha256: 'b'.repeat(64),
  objectType: 'file',
};
const result: EngineResult = {
  engine: 'clamav',
  technology: 'am',
  isContentEngine: true,
  status: null,
  detectionsTotal: 0,
  durationMs: 1.23456,
  notExamined: [],
  notExaminedTotal: 0,
  notExaminedReasons: [],
  outcome: { kind: 'failed', code: 'timeout', retryable: true },
};
const build = (detections: Detection[]) => {
  const combined = {
    outcome: 'infected',
    reason: null,
    engine: null,
    detections,
    detectionsTotal: detections.length,
  } as const;
  const [startedAt, finishedAt] = [new Date(0), new Date(1)];
  return buildVerdict({
    job,
    combined,
    results: [result],
    object: null,
    decisionSet: null,
    scanner: 's',
    startedAt,
    finishedAt,
  });
};
const detection = (name: string): Detection => ({
  engine: 'yara',
  technology: 'yara',
  name,
  path: ['ä'.repeat(200)],
});

describe('buildVerdict', () => {
  it('makes a message of the contract', () => {
    const verdict = verdictSchema.parse(build([detection('Bad')]));
    expect(verdict.detections).toEqual([detection('Bad')]);
    expect(verdict.engines[0]).toMatchObject({
      outcome: 'failed',
      reason: 'engine-timeout',
      version: 'unknown',
      durationMs: 1.23,
    });
  });

  it('names the reasons of every engine for what it did not see once', () => {
    const results: EngineResult[] = [
      { ...result, notExaminedReasons: ['encrypted', 'damaged'] },
      { ...result, notExaminedReasons: ['encrypted', 'engine-timeout'] },
    ];
    const verdict = buildVerdict({
      job,
      results,
      object: null,
      decisionSet: null,
      scanner: 's',
      startedAt: new Date(0),
      finishedAt: new Date(1),
      combined: { outcome: 'error', reason: 'encrypted', engine: null, detections: [], detectionsTotal: 0 },
    });
    expect(verdict.notExaminedReasons).toEqual(['encrypted', 'damaged', 'engine-timeout']);
  });

  it('lists no more than fits, and counts all', () => {
    const short = build(Array.from({ length: 5000 }, () => ({ ...detection('x'), path: [] })));
    expect(verdictSchema.parse(short).detections.length).toBe(1000);
    const long = build(Array.from({ length: 1000 }, () => detection('x'.repeat(900))));
    expect(verdictSchema.parse(long).detectionsTotal).toBe(1000);
    expect(long.detections.length).toBeLessThan(1000);
    const bytes = Buffer.byteLength(JSON.stringify(long));
    expect(bytes).toBeLessThanOrEqual(maxVerdictBytes);
    expect(bytes).toBeGreaterThan(maxVerdictBytes * 0.9);
  });
});
