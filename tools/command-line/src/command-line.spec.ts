import { describe, expect, it } from 'vitest';
import type { Report } from '@sluice/contracts';
import { describeVerdicts, exitCodeFor, type FileResult } from './describe-verdicts.js';
import { chooseSystem, type ListedSystem } from './external-systems.js';
import { readPolicy } from './run-policy.js';
import { readChanges, readValue } from './run-settings.js';
import { waitBeforeRetry } from './submit-object.js';

const report = (state: Report['state'], more: Partial<Report> = {}): Report => ({
  scanId: 'a',
  sensorInstanceId: null,
  state,
  reason: null,
  reasonText: null,
  times: { accepted: '', started: null, finished: null },
  object: { name: null, size: 0, md5: null, sha1: null, sha256: '', type: null },
  detections: [],
  detectionsTotal: 0,
  engines: [],
  attempts: 1,
  notExamined: [],
  notExaminedTotal: 0,
  policyApplied: null,
  released: null,
  reused: null,
  ...more,
});
const scanned = (state: Report['state'], more?: Partial<Report>): FileResult => ({
  kind: 'report',
  file: 'a.txt',
  report: report(state, more),
});

describe('exitCodeFor', () => {
  it('is 0 only when every file is known to be clean', () => {
    expect(exitCodeFor([scanned('not detected'), scanned('not detected')])).toBe(0);
    expect(exitCodeFor([scanned('not detected'), scanned('timeout')])).toBe(2);
    expect(exitCodeFor([scanned('not detected'), { kind: 'failed', file: 'b', reason: 'gone' }])).toBe(2);
  });
  it('is 2 when a release let it through', () =>
    expect(exitCodeFor([scanned('not detected', { released: { stateBefore: 'error' } })])).toBe(2));
  it('is 1 when anything was detected, whatever else went wrong', () =>
    expect(exitCodeFor([scanned('error'), scanned('detect')])).toBe(1));
});

describe('describeVerdicts', () => {
  it('tells where inside the object something was found', () => {
    const detection = {
      engine: 'clamav',
      technology: 'am',
      name: 'Eicar',
      path: ['mail.zip', 'a.com'],
    } as const;
    const text = describeVerdicts([
      scanned('detect', { detections: [{ ...detection, path: [...detection.path] }], detectionsTotal: 3 }),
    ]);
    expect(text).toContain('Eicar (clamav) in mail.zip › a.com');
    expect(text).toContain('and 2 more');
  });
  it('tells what was not examined, where, why and by which engines', () => {
    const place = { path: ['mail.eml', 'a.zip'], reason: 'encrypted' } as const;
    const notExamined = [
      { ...place, path: [...place.path], engine: 'clamav' },
      { ...place, path: [...place.path], engine: 'yara' },
      { path: [], engine: 'clamav', reason: 'limit-exceeded' as const, limit: 'clamavBytes' },
    ];
    const text = describeVerdicts([
      scanned('error', { reason: 'encrypted', notExamined, notExaminedTotal: 7 }),
    ]);
    expect(text).toContain('not examined: mail.eml › a.zip, encrypted [clamav, yara]');
    expect(text).toContain('not examined: the object, limit-exceeded (clamavBytes) [clamav]');
    expect(text).toContain('and 4 more not examined');
  });
  it('never cuts off the reason behind a long place, and says that a password opened something', () => {
    const engine = { engine: 'inspector', technology: 'am', version: '1', signaturesAt: null } as const;
    const run = {
      ...engine,
      isTestSignatures: false,
      outcome: 'clean',
      reason: null,
      durationMs: 1,
    } as const;
    const text = describeVerdicts([
      scanned('error', {
        engines: [{ ...run, unsealedCount: 2 }],
        notExamined: [{ path: Array(16).fill('folder.zip'), engine: 'inspector', reason: 'damaged' }],
        notExaminedTotal: 1,
      }),
    ]);
    expect(text).toMatch(/…[^…]*folder\.zip, damaged \[inspector\]/);
    expect(text).toContain('2 parts were opened with a password');
  });
  it('lets no name from an object control the terminal', () =>
    expect(describeVerdicts([{ kind: 'failed', file: 'a\u001b[2Jb', reason: 'x' }])).not.toContain('\u001b'));
});

describe('chooseSystem', () => {
  const system = (state: ListedSystem['state'], fingerprint: string): ListedSystem => ({
    id: `id-${fingerprint}`,
    sensor: null,
    type: 'other',
    name: null,
    sensorId: 'files',
    certificateFingerprint: fingerprint.repeat(32).replace(/..(?=.)/g, '$&:'),
    state,
    lastSeenAt: null,
    idInUse: false,
  });
  const systems = [system('pending', 'AB'), system('accepted', 'CD')];
  it('takes the one row of that ID in a fitting state', () =>
    expect(chooseSystem(systems, 'files', ['pending']).state).toBe('pending'));
  it('takes the beginning of a fingerprint, as operators or tools write it', () => {
    expect(chooseSystem(systems, 'CD:CD:CD:CD', ['accepted']).state).toBe('accepted');
    expect(chooseSystem(systems, 'cdcdcdcd', ['accepted']).state).toBe('accepted');
  });
  it('asks for the fingerprint when an ID fits several rows', () =>
    expect(() => chooseSystem([...systems, system('pending', 'EF')], 'files', ['pending'])).toThrow(
      '2 rows match',
    ));
  it('says in what state the one it found is', () =>
    expect(() => chooseSystem(systems, 'cdcdcdcd', ['pending'])).toThrow('is accepted'));
});

describe('a policy', () => {
  it('is read from words without spaces', () =>
    expect(readPolicy(['encrypted=detect', 'limit-exceeded=not-detected'])).toEqual({
      encrypted: 'detect',
      'limit-exceeded': 'not detected',
    }));
  it.each(['engine-failed=detect', 'encrypted=clean', 'encrypted', 'encrypted=detect=error', '=detect'])(
    'is not %s',
    (choice) => expect(() => readPolicy([choice])).toThrow('is no choice of a policy'),
  );
  it('is said with its version beside the verdict it made, which is not known to be clean', () => {
    const policyApplied = {
      state: 'not detected',
      stateBefore: 'error',
      reasons: ['encrypted'],
      version: 3,
    } as unknown as Report['policyApplied'];
    const result = scanned('not detected', { reason: 'encrypted', policyApplied });
    expect(describeVerdicts([result])).toContain(
      "by version 3 of the system's policy not detected, without it error",
    );
    expect(exitCodeFor([result])).toBe(2);
  });
});

describe('settings', () => {
  it('reads both ways to write a change', () => {
    const settings = { maxObjectSize: { type: 'integer' }, heuristics: { type: 'string' } };
    expect(readChanges(['maxObjectSize', '5'], settings)).toEqual({ maxObjectSize: 5 });
    expect(readChanges(['heuristics', '42'], settings)).toEqual({ heuristics: '42' });
    expect(readChanges(['a=on', 'b=closed', 'heuristics=on'], settings)).toEqual({
      a: true,
      b: 'closed',
      heuristics: 'on',
    });
  });
  it.each([[[]], [['a']], [['a=1', 'b']]])('refuses %j', (args) =>
    expect(() => readChanges(args, {})).toThrow('Name a setting'),
  );
  it.each([
    ['off', false],
    ['-1', -1],
    ['1e3', '1e3'],
    ['open', 'open'],
  ])('reads %s', (text, value) => expect(readValue(text)).toBe(value));
});

describe('waitBeforeRetry', () => {
  const answer = (status: number, retryAfterSeconds: number | null = null) => ({
    status,
    retryAfterSeconds,
    text: '',
  });
  it('waits for the registry to reach the gateway, but not for ever', () => {
    expect(waitBeforeRetry(answer(401), 0)).toBe(250);
    expect(waitBeforeRetry(answer(401), 10_000)).toBeNull();
  });
  it('comes back when a busy system says so', () => expect(waitBeforeRetry(answer(429, 3), 0)).toBe(3000));
  it('does not repeat what can only be refused again', () =>
    expect(waitBeforeRetry(answer(413), 0)).toBeNull());
});
