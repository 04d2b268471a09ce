import { describe, expect, it } from 'vitest';
import type { ScanReport } from '../ask-gateways/scan-report.js';
import { judgementOf } from '../judge-objects/judgement.js';
import type { Judgement } from '../judge-objects/judgement.js';
import { clamdCutReply, clamdReply } from './clamd-policy.js';
import type { ClamdPolicy } from './clamd-policy.js';

const report = (changes: Partial<ScanReport> = {}): ScanReport => ({
  scanId: '1',
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
const error = (reason: string, type: string | null = null): Judgement =>
  judgementOf(report({ state: 'error', reason, object: { type } }));
const block: ClamdPolicy = {
  names: 'clamd',
  whenNotExamined: 'block',
  whenAway: 'block',
  cutLengths: new Set([1000]),
};
const asError: ClamdPolicy = { ...block, whenNotExamined: 'error', whenAway: 'error' };
const found = (name: string) => ({ kind: 'found', name });

/** docs/clamd.md has the same table; the judgement, its name as a detection, and the text where `error` was chosen. */
const unknown: readonly [string, Judgement, string, string][] = [
  ['encrypted, a zip', error('encrypted', 'application/zip'), 'Heuristics.Encrypted.Zip', 'Encrypted.Zip'],
  ['encrypted, a PDF', error('encrypted', 'application/pdf'), 'Heuristics.Encrypted.PDF', 'Encrypted.PDF'],
  [
    'encrypted, in a mail',
    error('encrypted', 'message/rfc822'),
    'Heuristics.Encrypted.Part',
    'Encrypted.Part',
  ],
  ['unsupported', error('unsupported'), 'Heuristics.Limits.Exceeded.Unsupported', 'Unsupported'],
  ['damaged', error('damaged'), 'Heuristics.Limits.Exceeded.Damaged', 'Damaged'],
  ['ambiguous', error('ambiguous'), 'Heuristics.Limits.Exceeded.Ambiguous', 'Ambiguous'],
  ['over a limit', error('limit-exceeded'), 'Heuristics.Limits.Exceeded.LimitExceeded', 'LimitExceeded'],
  ['an engine failed', error('engine-failed'), 'Heuristics.Limits.Exceeded.EngineFailed', 'EngineFailed'],
  [
    'a word of a later release',
    judgementOf(report({ state: 'quarantined' })),
    'Heuristics.Limits.Exceeded.Quarantined',
    'Quarantined',
  ],
  ['timeout', judgementOf(report({ state: 'timeout' })), 'Heuristics.Limits.Exceeded.Timeout', 'Timeout'],
  ['too large', { kind: 'too-large' }, 'Heuristics.Limits.Exceeded.MaxFileSize', 'MaxFileSize'],
  [
    'not finished',
    judgementOf(report({ state: 'processing' })),
    'Heuristics.Limits.Exceeded.NotFinished',
    'NotFinished',
  ],
  ['overloaded', { kind: 'overloaded' }, 'Heuristics.Limits.Exceeded.Overloaded', 'Overloaded'],
  ['not accepted', { kind: 'not-accepted' }, 'Heuristics.Limits.Exceeded.NotRegistered', 'NotRegistered'],
  ['away', { kind: 'away' }, 'Heuristics.Limits.Exceeded.Unavailable', 'Unavailable'],
  ['refused', { kind: 'refused', status: 400 }, 'Heuristics.Limits.Exceeded.Refused', 'Refused'],
];

describe('clamdReply', () => {
  it.each(unknown)('of an object that is %s blocks by default', (_title, judgement, name) => {
    expect(clamdReply(judgement, 1, block)).toEqual(found(name));
  });

  it.each(unknown)(
    'of an object that is %s is an error where that was chosen',
    (_title, judgement, _name, text) => {
      expect(clamdReply(judgement, 1, asError)).toEqual({ kind: 'error', message: `not examined: ${text}` });
    },
  );

  it('says OK of what is clean, and not of what its client has cut', () => {
    const clean = judgementOf(report());
    expect(clamdReply(clean, 999, block)).toEqual({ kind: 'ok' });
    expect(clamdReply(clean, 1000, block)).toEqual(found('Heuristics.Limits.Exceeded.Cut'));
    expect(clamdReply(clean, 1000, asError)).toMatchObject({ kind: 'error' });
  });

  it('names what was found after its engine, and not after a policy', () => {
    const detected = (changes: Partial<ScanReport>) =>
      clamdReply(judgementOf(report({ state: 'detect', ...changes })), 1, asError);
    expect(detected({ detections: [{ engine: 'clamav', name: 'Eicar' }] })).toEqual(
      found('Sluice.clamav.Eicar'),
    );
    expect(detected({})).toEqual(found('Sluice.Unnamed'));
    const policy = { detections: [{ engine: 'policy', name: 'Policy.Unexamined.Encrypted' }] };
    expect(
      detected({
        ...policy,
        object: { type: 'application/zip' },
        policyApplied: { state: 'detect', reasons: ['encrypted'] },
      }),
    ).toEqual(found('Heuristics.Encrypted.Zip'));
    expect(detected({ ...policy, policyApplied: { state: 'detect', reasons: ['too-large'] } })).toEqual(
      found('Heuristics.Limits.Exceeded.TooLarge'),
    );
  });

  it('of what a policy lets through is OK', () => {
    const passed = report({
      reason: 'encrypted',
      policyApplied: { state: 'not detected', reasons: ['encrypted'] },
    });
    expect(clamdReply(judgementOf(passed), 1, block)).toEqual({ kind: 'ok' });
  });
});

describe('the names by default', () => {
  it.each(unknown)(
    'of an object that is %s are of no client\u2019s own',
    (_title, judgement, _name, text) => {
      expect(clamdReply(judgement, 1, { ...block, names: 'sluice' })).toEqual(
        found(`Sluice.NotExamined.${text}`),
      );
    },
  );
});

describe('clamdCutReply', () => {
  it('is never clean', () => {
    expect(clamdCutReply('too-large', block)).toEqual(found('Heuristics.Limits.Exceeded.MaxFileSize'));
    expect(clamdCutReply('stalled', block)).toEqual(found('Heuristics.Limits.Exceeded.ReadTimeout'));
    expect(clamdCutReply('not-a-stream', block)).toEqual(found('Heuristics.Limits.Exceeded.NotAStream'));
    expect(clamdCutReply('stalled', asError)).toMatchObject({ kind: 'error' });
  });
});
