import { sampleWave } from './sample-rescan.js';
import { createSampler, secondsAgo, toFingerprint } from './sample-numbers.js';
import { sampleQueues } from './sample-statistics.js';

export const serverFingerprint = toFingerprint(createSampler(99).hex(64));

/** Worst first, as the console sorts them. */
const sampleCauses = () => [
  {
    id: 'engine:clamav',
    level: 'degraded',
    title: 'clamav is not working (scanner-b): the socket does not answer.',
    instances: ['scanner-b'],
    since: secondsAgo(260),
    effect: 'These scanners take no objects; the others do their work.',
    nextStep: 'Read the log of the engine. The scanner recovers automatically.',
    link: '/health',
  },
  {
    id: 'queue:mail-late',
    level: 'degraded',
    title: 'The oldest mail has been waiting for 95 s.',
    instances: [],
    since: secondsAgo(35),
    effect: '60 scans waiting, 20 of them mail. Mail is delivered late.',
    nextStep: 'Repair the scanners that are named above, if any; otherwise start more scanners.',
    link: '/scans?state=processing',
  },
  {
    id: 'channels:failing',
    level: 'degraded',
    title: '1 notification channel fails (SIEM).',
    instances: [],
    since: secondsAgo(7200),
    effect: 'People are not notified; 14 messages waiting.',
    nextStep: 'Read the last response of the channel and test it. What waits is sent once it works.',
    link: '/notifications/channels',
  },
  {
    id: 'certificate:external-systems',
    level: 'advisory',
    title: '10 certificates expire within 30 days; the first: mx-berlin-1 expires in 31 hours.',
    instances: [],
    since: null,
    effect: 'Calls are still accepted; some clients stop by themselves when their certificate expires.',
    nextStep: 'Ask their owners for new certificates and accept those.',
    link: '/external-systems?state=accepted&sort=expiry',
  },
];

/** What is wrong now since when it says so, and an outage that is over; newest first. */
const sampleOutages = [
  { id: 'queue:mail-late', began: 35, ended: 0 },
  { id: 'engine:clamav', began: 260, ended: 0 },
  { id: 'engine:clamav', began: 2400, ended: 1500 },
  { id: 'channels:failing', began: 7200, ended: 0 },
  { id: 'certificate:external-systems', began: 86_400, ended: 0 },
];

export const sampleHistory = (isTroubled: boolean) => ({
  items: (isTroubled ? sampleOutages : []).flatMap(({ id, began, ended }) =>
    sampleCauses()
      .filter((one) => one.id === id)
      .map(({ level, title }) => ({
        id,
        level,
        title,
        beganAt: secondsAgo(began),
        endedAt: ended === 0 ? null : secondsAgo(ended),
        durationSeconds: began - ended,
      })),
  ),
  nextCursor: null,
});

export const sampleServer = () => ({
  version: '0.1.0',
  certificateFingerprint: serverFingerprint,
  certificateFingerprints: [serverFingerprint],
  gatewayPort: null,
  startedAt: secondsAgo(259_200),
  uptimeSeconds: 259_200,
  time: secondsAgo(0),
});

export function sampleHealth(isTroubled: boolean, isEmpty = false) {
  const engines = [
    {
      engine: 'clamav',
      technology: 'am',
      version: '1.4.3',
      signaturesAt: secondsAgo(9 * 3600),
      maxObjectBytes: 104_857_600,
    },
    {
      engine: 'yara',
      technology: 'yara',
      version: '1.20.0',
      signaturesAt: secondsAgo(3 * 86_400),
      maxObjectBytes: null,
    },
    {
      engine: 'hash-lists',
      technology: 'am',
      version: '1',
      signaturesAt: secondsAgo(86_400),
      maxObjectBytes: null,
    },
  ].map((one) => ({ ...one, isTestSignatures: false, isHealthy: true, problem: null }));
  const instance = (service: string, name: string, more: object = {}) => ({
    service,
    instance: name,
    version: '0.1.0',
    state: 'ready',
    problems: [],
    startedAt: secondsAgo(3 * 86_400),
    seenAt: secondsAgo(2),
    busySlots: 0,
    slots: 0,
    engines: [],
    certificateFingerprint: null,
    certificateNotAfter: null,
    isLoopback: null,
    ...more,
  });
  const scanner = { busySlots: isEmpty ? 0 : 3, slots: 5, engines };
  const gateway = {
    certificateFingerprint: serverFingerprint,
    certificateNotAfter: secondsAgo(-700 * 86_400),
  };
  const broken = {
    busySlots: 0,
    slots: 5,
    state: 'not ready',
    problems: ['engine clamav: the socket does not answer'],
    engines: engines.map((one) =>
      one.engine === 'clamav' ? { ...one, isHealthy: false, problem: 'the socket does not answer' } : one,
    ),
  };
  return {
    status: isTroubled ? 'degraded' : 'ok',
    summary: isTroubled ? '3 problems, 1 reminder' : null,
    causes: isTroubled ? sampleCauses() : [],
    instances: [
      instance('console', 'console-1'),
      instance('gateway', 'gateway-1', gateway),
      instance('gateway', 'gateway-2', gateway),
      instance('results', 'results-1'),
      instance('scanner', 'scanner-a', scanner),
      instance('scanner', 'scanner-b', isTroubled ? broken : scanner),
    ],
    queues: isEmpty ? [] : sampleQueues(),
    oldestWaitingSeconds: isEmpty ? null : 12.4,
    oldestWaitingMailSeconds: isEmpty ? null : 0.6,
    rescanWave: sampleWave(),
  };
}
