import { describe, expect, it } from 'vitest';
import type { ScanReport } from '../ask-gateways/scan-report.js';
import { judgementOf, type Judgement } from '../judge-objects/judgement.js';
import { judgeMail } from './mail-judgement.js';

const report = (changes: Partial<ScanReport> = {}): ScanReport => ({
  scanId: 'mail-1',
  state: 'not detected',
  reason: null,
  object: { type: null },
  detections: [],
  engines: [],
  notExamined: [],
  notExaminedTotal: 0,
  policyApplied: null,
  released: null,
  ...changes,
});
const judge = (changes: Partial<ScanReport> = {}) => judgeMail(judgementOf(report(changes)));
const missed = (...reasons: string[]) => ({
  notExamined: reasons.map((reason) => ({ reason })),
  notExaminedTotal: reasons.length,
});

describe('judgeMail', () => {
  it('says clean of what the engines call clean, and of nothing else', () => {
    expect(judge()).toEqual({ kind: 'clean', scanId: 'mail-1' });
    for (const state of ['detect', 'error', 'timeout', 'processing', 'a word of a later release'])
      expect(judge({ state }).kind).not.toBe('clean');
    const kinds = ['overloaded', 'not-accepted', 'away', 'too-large'] as const;
    const others: Judgement[] = [...kinds.map((kind) => ({ kind })), { kind: 'refused', status: 400 }];
    for (const other of others) expect(judgeMail(other).kind).not.toBe('clean');
  });
  it('does not call clean what a policy lets through', () =>
    expect(judge({ policyApplied: { state: 'not detected', reasons: ['encrypted'] } })).toEqual({
      kind: 'passed',
      scanId: 'mail-1',
      reasons: ['encrypted'],
    }));
  it('does not call clean what an operator released', () =>
    expect(judge({ released: { stateBefore: 'detect' } })).toEqual({
      kind: 'released',
      scanId: 'mail-1',
      stateBefore: 'detect',
    }));
  it.each(['detect', 'error', 'timeout'])('takes no word of a release beside %s', (state) =>
    expect(['infected', 'not-examined']).toContain(judge({ state, released: { stateBefore: state } }).kind),
  );
  it('names what was detected', () =>
    expect(judge({ state: 'detect', detections: [{ engine: 'clamav', name: 'Eicar' }] })).toEqual({
      kind: 'infected',
      scanId: 'mail-1',
      names: ['Eicar'],
    }));
  it.each<[Partial<ScanReport>, readonly string[]]>([
    [{ reason: 'encrypted', ...missed('encrypted') }, ['encrypted']],
    [{ reason: 'encrypted', ...missed('encrypted', 'damaged') }, ['encrypted', 'damaged']],
    [{ reason: 'encrypted', ...missed('encrypted'), notExaminedTotal: 101 }, ['encrypted', 'failed']],
    [{ reason: 'engine-failed', ...missed('crashed') }, ['failed']],
    [{}, ['failed']],
  ])('names every reason of an error, what is not known among them as failed: %j', (changes, reasons) =>
    expect(judge({ state: 'error', ...changes })).toEqual({
      kind: 'not-examined',
      scanId: 'mail-1',
      reasons,
    }),
  );
  it('names a timeout', () =>
    expect(judge({ state: 'timeout' })).toMatchObject({ kind: 'not-examined', reasons: ['timeout'] }));
  it('takes a scan that is not finished for no verdict', () =>
    expect(judge({ state: 'processing' })).toEqual({
      kind: 'unavailable',
      scanId: 'mail-1',
      why: 'unfinished',
    }));
});
