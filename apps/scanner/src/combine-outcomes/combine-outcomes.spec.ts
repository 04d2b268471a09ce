import { describe, expect, it } from 'vitest';
import { type EngineOutcome, type EngineStatus, verdictReasons } from '@sluice/contracts';
import fc from 'fast-check';
import { type CombineContext, type EngineResult, combineOutcomes } from './combine-outcomes.js';
import { reasonText } from './reason-text.js';

const nowMs = Date.parse('2026-11-20T12:00:00Z');
const context: CombineContext = {
  settings: { allowTestSignatures: false, maxSignatureAgeHours: 24 },
  nowMs,
};

const clean: EngineOutcome = { kind: 'clean' };
const infected = (engine: string): EngineOutcome => ({
  kind: 'infected',
  detections: [{ engine, technology: 'am', name: 'Bad', path: [] }],
});
const failed = (code: 'timeout' | 'crashed', retryable = true): EngineOutcome => ({
  kind: 'failed',
  code,
  retryable,
});
const unscannable: EngineOutcome = { kind: 'unscannable', reason: 'encrypted' };

function result(
  engine: string,
  outcome: EngineResult['outcome'],
  status: Partial<EngineStatus> = {},
): EngineResult {
  return {
    engine,
    technology: 'am',
    isContentEngine: engine === 'clamav' || engine === 'yara',
    status: {
      engine,
      technology: 'am',
      version: '1',
      signaturesAt: '2026-11-20T11:00:00Z',
      isTestSignatures: false,
      isHealthy: true,
      problem: null,
      maxObjectBytes: null,
      ...status,
    },
    outcome,
    detectionsTotal: outcome.kind === 'infected' ? outcome.detections.length : 0,
    notExamined: [],
    notExaminedTotal: 0,
    notExaminedReasons: [],
    durationMs: 1,
  };
}

const combine = (results: EngineResult[], changes: Partial<CombineContext> = {}) => {
  const { outcome, reason } = combineOutcomes(results, { ...context, ...changes });
  return [outcome, reason];
};

describe('combineOutcomes', () => {
  it('says clean when every engine does', () => {
    expect(combine([result('clamav', clean), result('inspector', clean), result('yara', clean)])).toEqual([
      'clean',
      null,
    ]);
  });

  it('reports infected when any engine does, whatever the others say', () => {
    for (const other of [clean, unscannable, failed('timeout'), failed('crashed', false)])
      expect(combine([result('clamav', other), result('yara', infected('yara'))])).toEqual([
        'infected',
        null,
      ]);
    const withTests = result('clamav', infected('clamav'), { isTestSignatures: true, signaturesAt: null });
    expect(combine([withTests])).toEqual(['infected', null]);
  });

  it('keeps the detections of all engines and counts those not listed', () => {
    const many = { ...result('yara', infected('yara')), detectionsTotal: 5000 };
    const combined = combineOutcomes([result('clamav', infected('clamav')), many], context);
    expect(combined.detections.map((one) => one.engine)).toEqual(['clamav', 'yara']);
    expect(combined.detectionsTotal).toBe(5001);
  });

  it.each([
    [
      'nothing looked at content',
      [result('inspector', clean), result('hash-list', clean)],
      ['error', 'no-engine'],
    ],
    ['nothing ran', [], ['error', 'no-engine']],
    [
      'an engine was over its time',
      [result('clamav', failed('timeout')), result('yara', clean)],
      ['timeout', 'engine-timeout'],
    ],
    [
      'an engine failed',
      [result('clamav', failed('crashed')), result('yara', clean)],
      ['failed-attempt', 'engine-failed'],
    ],
    ['an engine failed for good', [result('clamav', failed('crashed', false))], ['error', 'engine-failed']],
    [
      'an engine has test signatures',
      [result('clamav', clean, { isTestSignatures: true, signaturesAt: null })],
      ['error', 'test-signatures'],
    ],
    [
      'signatures are old',
      [result('clamav', clean, { signaturesAt: '2026-11-19T11:00:00Z' })],
      ['error', 'signatures-too-old'],
    ],
    [
      'the date of signatures is none',
      [result('clamav', clean, { signaturesAt: 'soon' })],
      ['error', 'signatures-too-old'],
    ],
    [
      'a part is encrypted',
      [result('clamav', clean), result('inspector', unscannable)],
      ['error', 'encrypted'],
    ],
    [
      'there is failure and encryption',
      [result('clamav', failed('crashed')), result('inspector', unscannable)],
      ['failed-attempt', 'engine-failed'],
    ],
  ] as const)('does not say clean when %s', (_title, results, expected) => {
    expect(combine([...results])).toEqual(expected);
  });

  it('lets test signatures judge when that is allowed', () => {
    const tests = result('clamav', clean, { isTestSignatures: true, signaturesAt: null });
    const settings = { allowTestSignatures: true, maxSignatureAgeHours: 24 };
    expect(combine([tests], { settings })).toEqual(['clean', null]);
  });

  it('says clean of an object whose every detection is excused, and of no other', () => {
    const excused = [result('clamav', { kind: 'excused' }), result('yara', { kind: 'excused' })];
    expect(combine(excused)).toEqual(['clean', null]);
    expect(combine([...excused, result('inspector', unscannable)])).toEqual(['error', 'encrypted']);
    const denied = result('hash-list', infected('hash-list'));
    expect(combine([...excused, denied])).toEqual(['infected', null]);
  });

  it('does not believe a clean outcome beside a place that was not seen', () => {
    const seen = result('clamav', clean);
    expect(combine([{ ...seen, notExaminedTotal: 1 }])).toEqual(['error', 'engine-failed']);
  });

  it('says clean only when every engine gave a positive answer with signatures that count', () => {
    const outcomes = fc.constantFrom(
      clean,
      unscannable,
      failed('timeout'),
      failed('crashed'),
      failed('crashed', false),
      infected('x'),
    );
    const statuses = fc.record({
      isTestSignatures: fc.boolean(),
      signaturesAt: fc.constantFrom(null, '2020-01-01T00:00:00Z', '2026-11-20T11:00:00Z'),
    });
    const results = fc.array(
      fc
        .tuple(fc.constantFrom('clamav', 'yara', 'inspector', 'hash-list'), outcomes, statuses)
        .map(([engine, outcome, status]) => result(engine, outcome, status)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(results, (some) => {
        const [outcome] = combine(some);
        const mayBeClean =
          some.some((one) => one.isContentEngine) &&
          some.every(
            (one) =>
              one.outcome.kind === 'clean' &&
              one.status?.isTestSignatures === false &&
              one.status.signaturesAt !== '2020-01-01T00:00:00Z',
          );
        expect(outcome === 'clean').toBe(mayBeClean);
      }),
    );
  });

  it('has words for people for every reason', () => {
    for (const reason of verdictReasons)
      expect(reasonText(reason, 'clamav')).toMatch(/^[A-Z].*\. \(clamav\)$/);
    expect(reasonText(null, null)).toBeNull();
  });
});
