import { describe, expect, it } from '@jest/globals';
import { defaultSettings, type EngineStatus } from '@sluice/contracts';
import { findProblems, type Situation } from './find-problems.js';
import type { Instance } from '../instances/instance.query.js';

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const hoursAgo = (hours: number) => new Date(nowMs - hours * 3_600_000);

const instanceOf = (service: Instance['service'], overrides: Partial<Instance> = {}): Instance => ({
  service,
  instance: `${service}-1`,
  version: '0.1.0',
  started_at: hoursAgo(1),
  is_ready: true,
  problems: [],
  engines: [],
  busy_slots: 0,
  slots: 0,
  certificate_fingerprint: null,
  certificate_not_after: null,
  is_loopback: null,
  seen_at: hoursAgo(0),
  silent_seconds: 1,
  isAnswering: true,
  ...overrides,
});

const engineOf = (overrides: Partial<EngineStatus>): EngineStatus => ({
  engine: 'clamav',
  technology: 'am',
  version: '1',
  signaturesAt: null,
  isTestSignatures: false,
  isHealthy: true,
  problem: null,
  maxObjectBytes: null,
  ...overrides,
});

const whole = [instanceOf('gateway'), instanceOf('results'), instanceOf('scanner')];
const problemsOf = (situation: Partial<Situation>) =>
  findProblems({ instances: whole, settings: defaultSettings, expiring: [], nowMs, ...situation });
const scannerWith = (engine: Partial<EngineStatus>) =>
  problemsOf({ instances: [...whole.slice(0, 2), instanceOf('scanner', { engines: [engineOf(engine)] })] });

describe('what health says', () => {
  it('is nothing when all is well', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it('names the services that do not run', () => {
    expect(problemsOf({ instances: [] })).toEqual([
      'No gateway is running.',
      'No results is running.',
      'No scanner is running.',
    ]);
  });

  it('names an instance that fell silent, and one that is not ready with its reasons', () => {
    const silent = instanceOf('scanner', { instance: 'b', isAnswering: false, silent_seconds: 40.2 });
    const unready = instanceOf('gateway', { instance: 'c', is_ready: false, problems: ['broker: blocked'] });
    expect(problemsOf({ instances: [...whole, silent, unready] })).toEqual([
      'The scanner b has not answered for 40 seconds.',
      'The gateway c is not ready: broker: blocked.',
    ]);
  });

  it.each([
    [
      'does not work',
      { isHealthy: false, problem: 'clamd is away' },
      'The engine clamav on scanner-1 does not work: clamd is away.',
    ],
    [
      'has test signatures',
      { isTestSignatures: true },
      'The engine clamav on scanner-1 has test signatures only.',
    ],
    [
      'has old signatures',
      { signaturesAt: hoursAgo(169.5).toISOString() },
      'The signatures of clamav on scanner-1 are 169 hours old.',
    ],
  ])('names an engine that %s', (_, engine, sentence) => {
    expect(scannerWith(engine)).toEqual([sentence]);
  });

  it('says nothing of signatures just young enough', () => {
    expect(scannerWith({ signaturesAt: hoursAgo(168).toISOString() })).toEqual([]);
  });

  it('warns 30 days before a certificate ends, and when it has', () => {
    const days = (count: number) => hoursAgo(-24 * count - 1);
    const gateway = (notAfter: Date) => [
      ...whole.slice(1),
      instanceOf('gateway', { certificate_not_after: notAfter }),
    ];
    expect(problemsOf({ instances: gateway(days(31)) })).toEqual([]);
    expect(problemsOf({ instances: gateway(days(30)) })).toEqual([
      'The certificate of gateway gateway-1 ends in 30 days.',
    ]);
    expect(problemsOf({ expiring: [{ sensorId: 'fs-1', notAfter: hoursAgo(1) }] })).toEqual([
      'The certificate of external system fs-1 has ended; it goes on being accepted.',
    ]);
  });

  it('says so while test signatures are allowed', () => {
    expect(problemsOf({ settings: { ...defaultSettings, allowTestSignatures: true } })).toHaveLength(1);
  });
});
