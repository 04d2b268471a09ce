import { describe, expect, it } from 'vitest';
import { statusOf } from '@sluice/console-api';
import { defaultSettings } from '@sluice/contracts';
import {
  broken,
  calm,
  causesOf,
  front,
  hoursAgo,
  instanceOf,
  queueOf,
  scannersWith,
} from '../testing/calm-situation.js';

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
});
