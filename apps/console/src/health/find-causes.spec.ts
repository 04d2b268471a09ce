import { describe, expect, it } from 'vitest';
import { defaultSettings, type EngineStatus } from '@sluice/contracts';
import { statusOf } from '@sluice/console-api';
import type { Instance } from '../instances/instance.query.js';
import { findCauses } from './find-causes.js';
import type { Situation } from './situation.js';

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
  reachedLimits: [],
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
const queueOf = (priority: number, unfinished: number, oldestAgeSeconds: number | null) => ({
  queue: 'light',
  priority,
  unfinished,
  delayed: 0,
  oldestAgeSeconds,
  lastWaitSeconds: null,
  probeAgeSeconds: null,
});

const front = [instanceOf('gateway'), instanceOf('results')];
const calm: Situation = {
  brokerProblem: null,
  instances: [...front, instanceOf('scanner')],
  settings: defaultSettings,
  queues: [],
  recent: { accepted: 0, finished: 0, notExamined: 0 },
  failedJobs: { total: 0, firstAt: null, lastAt: null },
  expiring: { total: 0, expired: 0, first: null },
  pendingRequests: { total: 0, mostOfOneAddress: 0 },
  held: { mails: 0, bytes: 0, oldestAt: null },
  rescanWave: null,
  channels: [],
  store: null,
  nowMs,
};
const causesOf = (situation: Partial<Situation>) => findCauses({ ...calm, ...situation });
const scannersWith = (...engines: Partial<EngineStatus>[]) =>
  engines.map((engine, index) =>
    instanceOf('scanner', {
      instance: `scanner-${index + 1}`,
      is_ready: engine.isHealthy !== false,
      engines: [engineOf(engine)],
    }),
  );
const broken = { isHealthy: false, problem: 'clamd is away' };

describe('causes', () => {
  it('are none when all is well', () => {
    expect(causesOf({})).toEqual([]);
  });

  it('remind of a wave of scans of kept objects that has not got on for six hours, and of no other', () => {
    const waveOf = (hours: number, endedAt: string | null = null) => ({
      id: 3,
      decisionSet: 'set',
      beganAt: hoursAgo(30).toISOString(),
      endedAt,
      endReason: endedAt === null ? null : ('done' as const),
      objects: 10,
      done: 4,
      detected: 0,
      cleared: 0,
      unknown: 0,
      progressAt: hoursAgo(hours).toISOString(),
    });
    expect(causesOf({ rescanWave: waveOf(5) })).toEqual([]);
    expect(causesOf({ rescanWave: waveOf(7, hoursAgo(7).toISOString()) })).toEqual([]);
    expect(causesOf({ rescanWave: waveOf(7) })).toMatchObject([
      {
        id: 'rescan-wave',
        level: 'advisory',
        title: 'Scanning kept objects again has not got on for 7 h: 4 of 10 looked at.',
      },
    ]);
  });

  it('tell a total outage from certificates near their end', () => {
    const expiring = { total: 10, expired: 0, first: { sensorId: 'mx', notAfter: hoursAgo(-30) } };
    const reminder = causesOf({ expiring });
    expect(statusOf(reminder)).toBe('ok');
    expect(reminder).toMatchObject([
      {
        level: 'advisory',
        title: '10 certificates expire within 30 days; the first: mx expires in 30 hours.',
        link: '/external-systems?state=accepted&sort=expiry',
      },
    ]);
    const instances = [...front, ...scannersWith(broken, broken)];
    const outage = causesOf({ expiring, instances, queues: [queueOf(5, 20, 30), queueOf(1, 40, 30)] });
    expect(statusOf(outage)).toBe('down');
    expect(outage).toHaveLength(2);
    expect(outage[0]).toMatchObject({
      level: 'down',
      title: 'clamav is not working (scanner-1, scanner-2): clamd is away.',
      effect: 'No object gets a verdict. 60 scans waiting, 20 of them mail.',
    });
  });

  it('are one line for an engine that fails on one of two scanners', () => {
    const causes = causesOf({ instances: [...front, ...scannersWith(broken, {})] });
    expect(causes).toMatchObject([{ level: 'degraded', instances: ['scanner-1'] }]);
  });

  it('name rules that were refused, while the engine goes on with those of before', () => {
    const stuck = { engine: 'yara', rejectedUpdate: 'b.yar: error line:3:14' };
    const causes = causesOf({ instances: [...front, ...scannersWith(stuck, stuck, {})] });
    expect(causes).toMatchObject([
      {
        level: 'degraded',
        instances: ['scanner-1', 'scanner-2'],
        title: 'Newer rules of yara are faulty (scanner-1, scanner-2): b.yar: error line:3:14.',
      },
    ]);
  });

  it('remind of what an engine that works leaves out, and of the option that changes it', () => {
    const short = { shortfalls: ['cuts HTML: set MaxHTMLNormalize 1024M', 'something else'] };
    const causes = causesOf({ instances: [...front, ...scannersWith(short, short)] });
    expect(causes.map(({ level }) => level)).toEqual(['advisory', 'advisory']);
    expect(causes[0]).toMatchObject({
      title: 'clamav: cuts HTML (scanner-1, scanner-2).',
      nextStep: expect.stringContaining('Set in clamd.conf: MaxHTMLNormalize 1024M.'),
    });
    expect(causesOf({ instances: [...front, ...scannersWith({ ...broken, ...short })] })).toHaveLength(1);
  });

  it('name the broker alone, or results alone, while reports cannot arrive', () => {
    const silent = { isAnswering: false, seen_at: hoursAgo(1), silent_seconds: 3600 };
    const unheard = calm.instances.map((one) => ({ ...one, ...silent }));
    for (const instances of [unheard, calm.instances, []])
      expect(
        causesOf({ instances, brokerProblem: 'the broker takes no messages: low on disk' }),
      ).toMatchObject([
        {
          level: 'down',
          title: 'The broker (RabbitMQ) does not work: the broker takes no messages: low on disk.',
        },
      ]);
    expect(causesOf({ instances: unheard })).toMatchObject([
      { id: 'results:none', title: 'No results service is answering (results-1).' },
    ]);
    expect(causesOf({ instances: [] })).toMatchObject([{ id: 'results:none' }]);
  });

  it('say since when services are away that were there', () => {
    const silent = { isAnswering: false, seen_at: hoursAgo(2), silent_seconds: 7200 };
    const all = [
      ...front,
      instanceOf('scanner', silent),
      instanceOf('scanner', { ...silent, instance: 'scanner-2' }),
    ];
    expect(causesOf({ instances: all })).toMatchObject([
      {
        id: 'scanner:none',
        level: 'down',
        title: 'No scanner is answering (scanner-1, scanner-2).',
        since: hoursAgo(2),
      },
    ]);
    expect(causesOf({ instances: [...calm.instances, all[3] ?? instanceOf('scanner')] })).toMatchObject([
      { level: 'degraded', title: 'The scanner is not answering (scanner-2).', since: hoursAgo(2) },
    ]);
    expect(causesOf({ instances: [instanceOf('results')] })).toMatchObject([
      { id: 'gateway:none' },
      { id: 'scanner:none' },
    ]);
  });

  it('group instances by what they say keeps them from being ready', () => {
    const blocked = { is_ready: false, problems: ['broker: blocked'] };
    const more = [
      instanceOf('scanner', { ...blocked, instance: 'scanner-2' }),
      instanceOf('gateway', { ...blocked, instance: 'gateway-2' }),
    ];
    expect(causesOf({ instances: [...calm.instances, ...more] })).toMatchObject([
      { level: 'degraded', title: 'broker: blocked (scanner-2, gateway-2).' },
    ]);
  });

  it.each([
    [84, []],
    [85, [{ level: 'advisory', effect: 'In 83 hours every scan ends in “error”.' }]],
    [168, [{ level: 'advisory' }]],
    [169.5, [{ level: 'down', since: hoursAgo(1.5) }]],
  ])('warn of signatures %d hours old ahead of the limit of 168', (hours, expected) => {
    const signaturesAt = hoursAgo(hours).toISOString();
    expect(causesOf({ instances: [...front, ...scannersWith({ signaturesAt })] })).toMatchObject(expected);
  });

  it.each([
    ['late mail', { queues: [queueOf(5, 3, 61)] }, 'queue:mail-late'],
    ['late scans', { queues: [queueOf(1, 3, 121)] }, 'queue:late'],
    [
      'a queue that grows',
      { queues: [queueOf(1, 90, 2)], recent: { accepted: 200, finished: 100, notExamined: 0 } },
      'queue:growing',
    ],
    [
      'scans not examined',
      { recent: { accepted: 100, finished: 100, notExamined: 6 } },
      'scans:not-examined',
    ],
    ['failed jobs', { failedJobs: { total: 2, firstAt: hoursAgo(9), lastAt: hoursAgo(1) } }, 'failed-jobs'],
    ['channels', { channels: [{ name: 'SIEM', failingSince: hoursAgo(3), waiting: 4 }] }, 'channels:failing'],
    ['a small disk', { store: { freeBytes: 1.9 * 1024 ** 3, reserveBytes: 1024 ** 3 } }, 'store:space'],
    [
      'held mail that leaves no room',
      { held: { mails: 3, bytes: 9.5 * 1024 ** 3, oldestAt: hoursAgo(2) } },
      'quarantine:held-full',
    ],
    ['test signatures', { settings: { ...defaultSettings, allowTestSignatures: true } }, 'test-signatures'],
  ])('name %s', (_, situation, id) => {
    expect(causesOf(situation)).toMatchObject([{ id, level: 'degraded' }]);
  });

  it.each([
    ['mail in time', { queues: [queueOf(5, 3, 60)] }],
    ['few not examined', { recent: { accepted: 100, finished: 100, notExamined: 4 } }],
    ['a share of not examined that is small', { recent: { accepted: 900, finished: 900, notExamined: 45 } }],
    [
      'a queue that shrinks',
      { queues: [queueOf(1, 90, 2)], recent: { accepted: 90, finished: 200, notExamined: 0 } },
    ],
    ['held mail with room left', { held: { mails: 3, bytes: 8 * 1024 ** 3, oldestAt: hoursAgo(2) } }],
    ['room on the disk', { store: { freeBytes: 2 * 1024 ** 3, reserveBytes: 1024 ** 3 } }],
  ])('are none for %s', (_, situation) => {
    expect(causesOf(situation)).toEqual([]);
  });

  it('are down when the disk is at its reserve, and reminders for failed jobs of long ago', () => {
    expect(causesOf({ store: { freeBytes: 1, reserveBytes: 1024 } })).toMatchObject([{ level: 'down' }]);
    const failedJobs = { total: 2, firstAt: hoursAgo(90), lastAt: hoursAgo(25) };
    expect(causesOf({ failedJobs })).toMatchObject([{ level: 'advisory', since: hoursAgo(90) }]);
  });

  it('warn of a gateway’s certificate once, however many gateways share it', () => {
    const ending = { certificate_fingerprint: 'aa', certificate_not_after: hoursAgo(-25) };
    const instances = [
      instanceOf('gateway', ending),
      instanceOf('gateway', { ...ending, instance: 'gateway-2' }),
      ...calm.instances.slice(1),
    ];
    expect(causesOf({ instances })).toMatchObject([
      { level: 'advisory', title: 'Certificate of the gateway expires in 25 hours (gateway-1, gateway-2).' },
    ]);
    const over = instanceOf('gateway', { ...ending, certificate_not_after: hoursAgo(1) });
    expect(causesOf({ instances: [over, ...calm.instances.slice(1)] })).toMatchObject([
      { level: 'degraded', since: hoursAgo(1) },
    ]);
  });

  it('name a bound that callers reach at gateways, once for all of them', () => {
    const held = { limit: 'held-requests', count: 2 } as const;
    const instances = [
      instanceOf('gateway', { reachedLimits: [held, { limit: 'connections', count: 1500 }] }),
      instanceOf('gateway', { instance: 'gateway-2', reachedLimits: [held] }),
      instanceOf('gateway', { instance: 'gateway-3', isAnswering: false, reachedLimits: [held] }),
      ...calm.instances.slice(1),
    ];
    const limits = causesOf({ instances }).filter((cause) => cause.id.startsWith('limit:'));
    expect(limits).toMatchObject([
      {
        id: 'limit:connections',
        level: 'degraded',
        title:
          'Turned away in the last 10 minutes: 1,500 connections beyond what a gateway takes (gateway-1).',
      },
      { id: 'limit:held-requests', level: 'advisory', instances: ['gateway-1', 'gateway-2'] },
    ]);
    expect(limits[1]?.title).toContain(': 4 requests with wait=');
  });

  it.each([
    [{ total: 1000, mostOfOneAddress: 3 }, 'takes the place of the oldest'],
    [{ total: 30, mostOfOneAddress: 20 }, 'get 401 and do not appear here'],
  ])('tell that integration requests are left out: %j', (pendingRequests, effect) => {
    expect(causesOf({ pendingRequests })).toMatchObject([
      { id: 'limit:integration-requests', level: 'advisory', effect: expect.stringContaining(effect) },
    ]);
    const closed = { ...defaultSettings, integrationRequests: 'closed' as const };
    expect(causesOf({ pendingRequests, settings: closed })).toEqual([]);
    expect(causesOf({ pendingRequests: { total: 999, mostOfOneAddress: 19 } })).toEqual([]);
  });
});
