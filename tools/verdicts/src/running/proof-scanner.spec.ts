import { describe, expect, it } from 'vitest';
import type { Verdict } from '@sluice/contracts';
import { EngineFault } from './engine-fault.js';
import { scanSurely } from './proof-scanner.js';
import { ScannerEnded } from './scanner-process.js';

const verdict = (outcome: Verdict['outcome'], changes: Partial<Verdict> = {}): Verdict => ({
  kind: 'verdict',
  v: 1,
  submissionId: '019f0000-0000-7000-8000-000000000001',
  outcome,
  reason: null,
  reasonText: null,
  detections: [],
  detectionsTotal: 0,
  notExamined: [],
  notExaminedTotal: 0,
  notExaminedReasons: [],
  engines: [],
  object: null,
  scanner: 'test',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:00:00Z',
  ...changes,
});

/** Answers one after the other, and how many were asked for. */
function answering(...answers: (Verdict | Error)[]): { scan: () => Promise<Verdict>; asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    scan: async () => {
      const answer = answers[asked] ?? answers.at(-1);
      asked += 1;
      if (answer instanceof Error || answer === undefined) throw answer;
      return answer;
    },
  };
}

describe('a result of the proof', () => {
  it('is what the engines said once they all did', async () => {
    const { scan, asked } = answering(verdict('failed-attempt'), new Error('broke'), verdict('clean'));
    expect(await scanSurely(scan)).toMatchObject({ state: 'not detected' });
    expect(asked()).toBe(3);
  });

  it.each<[string, Verdict]>([
    ['an engine that failed', verdict('failed-attempt')],
    ['one that was not heard in time', verdict('timeout')],
    [
      'one that failed on a part',
      verdict('error', { notExamined: [{ path: [], engine: 'clamav', reason: 'engine-timeout' }] }),
    ],
  ])('is never %s', async (_title, answer) => {
    const { scan, asked } = answering(answer);
    await expect(scanSurely(scan)).rejects.toBeInstanceOf(EngineFault);
    expect(asked()).toBe(3);
  });

  it('is an error of the object at once', async () => {
    const { scan, asked } = answering(verdict('error', { reason: 'encrypted' }));
    expect(await scanSurely(scan)).toMatchObject({ state: 'error' });
    expect(asked()).toBe(1);
  });

  it('ends the proof when there is no scanner any more', async () => {
    const { scan } = answering(new ScannerEnded('ended'));
    await expect(scanSurely(scan)).rejects.toBeInstanceOf(ScannerEnded);
  });
});
