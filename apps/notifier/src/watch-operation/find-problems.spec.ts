import { describe, expect, it } from 'vitest';
import { operationMatchSchema } from '@sluice/notifications';
import { findProblems, type Operation, type ReportedInstance } from './find-problems.js';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const before = (ms: number) => new Date(nowMs - ms);
const dayMs = 86_400_000;
const nothing: Operation = {
  instances: [],
  oldestJobs: [],
  failedJobs: [],
  certificates: [],
  causes: [],
  lookedAt: before(1000),
};
const scanner = (changes: Partial<ReportedInstance> = {}): ReportedInstance => ({
  service: 'scanner',
  instance: 'scanner-1',
  engines: [
    { engine: 'ClamAV', isHealthy: true, problem: null, signaturesAt: before(3 * dayMs).toISOString() },
  ],
  certificateNotAfter: null,
  certificateFingerprint: null,
  seenAt: before(1000),
  ...changes,
});
const results = scanner({ service: 'results', instance: 'results-1', engines: [] });
const find = (operation: Partial<Operation>, match: object, brokerProblem: string | null = null) =>
  findProblems({ ...nothing, ...operation }, operationMatchSchema.parse(match), {
    since: before(dayMs),
    nowMs,
    brokerProblem,
    watchedSinceMs: nowMs - dayMs,
  });

const minuteMs = 60_000;

describe('findProblems', () => {
  it('tells what the health page shows, in its words, from the level on that the rule names', () => {
    const causes = [
      { id: 'engine:clamav', level: 'down' as const, title: 'clamav is not working.' },
      { id: 'queue:late', level: 'degraded' as const, title: 'The oldest scan waits.' },
      { id: 'certificate:a', level: 'advisory' as const, title: 'A certificate ends.' },
    ];
    const told = (healthFrom: string | null) =>
      find({ causes }, healthFrom === null ? { failedJobs: true } : { healthFrom }).map(({ text }) => text);
    expect(told('down')).toEqual(['clamav is not working.']);
    expect(told('degraded')).toEqual(['clamav is not working.', 'The oldest scan waits.']);
    expect(told('advisory')).toEqual(causes.map(({ title }) => title));
    expect(told(null)).toEqual([]);
    expect(find({ causes }, { healthFrom: 'down' })).toMatchObject([
      { kind: 'health', subject: 'engine:clamav down' },
    ]);
  });

  it('tells that no console looks any more, since then nothing else would', () => {
    const told = (lookedAt: Date | null, watchedForMs = dayMs) =>
      findProblems({ ...nothing, lookedAt }, operationMatchSchema.parse({ healthFrom: 'down' }), {
        since: before(dayMs),
        nowMs,
        brokerProblem: null,
        watchedSinceMs: nowMs - watchedForMs,
      });
    const unwatched = [{ kind: 'health', subject: 'console:none' }];
    expect(told(before(2 * minuteMs))).toEqual([]);
    expect(told(before(4 * minuteMs))).toMatchObject(unwatched);
    expect(told(null)).toMatchObject(unwatched);
    // Both have just been started: the console has had no time to look.
    expect(told(before(4 * minuteMs), minuteMs)).toEqual([]);
  });

  it('tells an engine that is down, by engine and instance', () => {
    const engines = [{ engine: 'ClamAV', isHealthy: false, problem: 'no answer', signaturesAt: null }];
    expect(
      find(
        { instances: [results, scanner({ engines }), scanner({ instance: 'scanner-2' })] },
        { engineDown: true },
      ),
    ).toEqual([
      { kind: 'engine-down', subject: 'ClamAV on scanner-1', text: 'ClamAV on scanner-1 is down: no answer' },
    ]);
  });

  it('tells that no scanner reports any more, and nothing where there never was one', () => {
    const silent = scanner({ seenAt: before(120_000) });
    expect(find({ instances: [results, silent] }, { engineDown: true })).toMatchObject([
      { subject: 'scanners' },
    ]);
    expect(find({}, { engineDown: true })).toEqual([]);
  });

  it('names the broker, or results, where reports cannot arrive, and not the scanners', () => {
    const instances = [results, scanner()].map((one) => ({ ...one, seenAt: before(120_000) }));
    expect(find({ instances }, { engineDown: true })).toMatchObject([{ subject: 'results' }]);
    expect(find({ instances }, { engineDown: true }, 'blocked')).toEqual([
      { kind: 'engine-down', subject: 'broker', text: 'the broker (RabbitMQ) does not work: blocked' },
    ]);
  });

  it('tells old signatures once per engine', () => {
    const instances = [scanner(), scanner({ instance: 'scanner-2' })];
    expect(find({ instances }, { signaturesOlderThanDays: 2 })).toEqual([
      { kind: 'signatures-old', subject: 'ClamAV', text: 'the signatures of ClamAV are 3 days old' },
    ]);
    expect(find({ instances }, { signaturesOlderThanDays: 4 })).toEqual([]);
  });

  it('tells a queue that is too old', () => {
    const oldestJobs = [
      { queue: 'light', priority: 5, ageSeconds: 61 },
      { queue: 'heavy', priority: 1, ageSeconds: 60 },
    ];
    expect(find({ oldestJobs }, { queueOlderThanSeconds: 60 })).toMatchObject([{ subject: 'light 5' }]);
  });

  it('tells jobs that failed since the rule was made', () => {
    const failedJobs = [
      { id: 1, reason: 'too-many-begins', failedAt: before(2 * dayMs) },
      { id: 2, reason: 'too-many-begins', failedAt: before(1000) },
    ];
    expect(find({ failedJobs }, { failedJobs: true })).toMatchObject([{ subject: '2' }]);
  });

  it('tells requests that wait, and certificates that end', () => {
    const certificates = [
      { id: 'a', sensorId: 'new', state: 'pending', name: 'x', address: '10.0.0.1', notAfter: before(0) },
      {
        id: 'b',
        sensorId: 'old',
        state: 'accepted',
        name: null,
        address: null,
        notAfter: before(-5 * dayMs),
      },
      {
        id: 'c',
        sensorId: 'far',
        state: 'accepted',
        name: null,
        address: null,
        notAfter: before(-50 * dayMs),
      },
    ] as const;
    const gateway = {
      service: 'gateway',
      engines: [],
      certificateFingerprint: 'f',
      certificateNotAfter: before(-dayMs),
    };
    const instances = [scanner({ ...gateway, instance: 'g1' }), scanner({ ...gateway, instance: 'g2' })];
    expect(find({ certificates }, { integrationRequests: true })).toEqual([
      { kind: 'integration-request', subject: 'a', text: 'integration request of new (x) from 10.0.0.1' },
    ]);
    expect(
      find({ certificates, instances }, { certificateExpiresWithinDays: 10 }).map((one) => one.subject),
    ).toEqual(['client b', 'gateway f']);
  });
});
