import { describe, expect, it } from 'vitest';
import { prepareVerdict } from './prepare-verdict.js';
import { verdictOf, withSignaturesOf } from '../testing/ledger-fixture.js';

const item = { submissionId: '018f6b1e-7d3a-7c00-8000-000000000001', sha256: 'a'.repeat(64) };
const detection = { engine: 'e', technology: 'am' as const, name: 'n', path: [] };

describe('a verdict', () => {
  it.each([
    ['clean', 'not detected'],
    ['infected', 'detect'],
    ['error', 'error'],
    ['timeout', 'timeout'],
    ['failed-attempt', 'failed-attempt'],
  ] as const)('%s becomes %s', (outcome, state) => {
    expect(prepareVerdict(verdictOf(item, outcome)).outcome).toBe(state);
  });

  it.each(['clean', 'error', 'timeout', 'failed-attempt'] as const)(
    'that says %s and lists a detection is a detection',
    (outcome) => {
      expect(prepareVerdict(verdictOf(item, outcome, { detections: [detection] })).outcome).toBe('detect');
    },
  );

  it('carries the date of its newest signatures as a number', () => {
    const verdict = withSignaturesOf('2026-11-21T01:02:03Z', verdictOf(item, 'clean'));
    expect(prepareVerdict(verdict).databaseVersion).toBe(202611210102);
    expect(prepareVerdict({ ...verdict, engines: [] }).databaseVersion).toBe(0);
  });

  it('has one identity per attempt', () => {
    const verdict = verdictOf(item, 'failed-attempt', { startedAt: '2026-01-01T00:00:00Z' });
    expect(prepareVerdict({ ...verdict }).attempt).toBe(prepareVerdict(verdict).attempt);
    expect(prepareVerdict({ ...verdict, scanner: 'other' }).attempt).not.toBe(
      prepareVerdict(verdict).attempt,
    );
  });
});
