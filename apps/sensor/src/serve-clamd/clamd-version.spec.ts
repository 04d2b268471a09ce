import { describe, expect, it } from 'vitest';
import { ClamdVersion } from './clamd-version.js';

const reportOf = (version: string, signaturesAt: string | null, engine = 'clamav') => ({
  scanId: '1',
  state: 'not detected',
  reason: null,
  object: { type: null },
  detections: [],
  notExamined: [],
  notExaminedTotal: 0,
  policyApplied: null,
  released: null,
  engines: [{ engine, version, signaturesAt }],
});

describe('ClamdVersion', () => {
  it('claims no day before something was judged', () => {
    expect(new ClamdVersion().current).toBe('ClamAV 1.4.0/0/Thu Jan  1 00:00:00 1970');
  });

  it.each([
    ['ClamAV 1.4.3/27500', '2025-11-23T08:00:00.000Z', 'ClamAV 1.4.3/27500/Sun Nov 23 08:00:00 2025'],
    ['ClamAV 1.4.3', '2026-01-02T03:04:05.000Z', 'ClamAV 1.4.3/0/Fri Jan  2 03:04:05 2026'],
    ['1.4.3', null, 'ClamAV 1.4.3/0/Thu Jan  1 00:00:00 1970'],
  ])('of engine %j with signatures of %j is %j', (engine, signaturesAt, expected) => {
    const version = new ClamdVersion();
    version.learn(reportOf(engine, signaturesAt));
    expect(version.current).toBe(expected);
  });

  it('goes by no other engine', () => {
    const version = new ClamdVersion();
    version.learn(reportOf('4.5.6', '2026-01-02T03:04:05.000Z', 'yara'));
    expect(version.current).toContain('1970');
  });
});
