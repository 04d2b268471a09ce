import { sampleRescan, sampleWave } from './sample-rescan.js';
import { sampleEngineRuns } from './sample-alerts.js';
import {
  createSampler,
  sampleId,
  secondsAgo,
  stepAt,
  toFingerprint,
  type Sampler,
} from './sample-numbers.js';

const files = [
  { name: 'contract.pdf', type: 'application/pdf' },
  { name: 'budget.xlsx', type: 'application/zip' },
  { name: 'archive.zip', type: 'application/zip' },
  { name: 'photo.jpg', type: 'image/jpeg' },
  { name: 'minutes.docx', type: 'application/zip' },
  { name: 'backup.tar', type: 'application/x-tar' },
] as const;
const subjects = ['Outstanding payment', 'Contract, signed', 'Minutes of Tuesday’s meeting'];
const outcomes = [
  'not detected',
  'not detected',
  'not detected',
  'not detected',
  'detect',
  'error',
  'timeout',
];

export function sampleScans(count: number) {
  const sampler = createSampler(23);
  return Array.from({ length: count }, (_, index) => sampleScan(sampler, index));
}

function sampleScan(sampler: Sampler, index: number) {
  const isMail = sampler.next() < 0.4;
  const state = index < 2 ? 'processing' : sampler.pick(outcomes);
  const acceptedMs = Date.now() - (4 + index * 37) * 1000;
  // What cannot be examined is an archive; of a photo no one would believe it.
  const file = state === 'error' ? files[2] : sampler.pick(files);
  const at = (ms: number) => (state === 'processing' ? null : new Date(acceptedMs + ms).toISOString());
  return {
    id: sampleId(sampler),
    scanId: isMail ? sampler.hex(12) : `${sampler.between(10_000, 99_999)}`,
    sensorInstanceId: null,
    registrationId: sampleId(sampler),
    sensorId: isMail ? 'mx-berlin-1' : 'nextcloud',
    systemName: isMail ? null : 'Nextcloud',
    type: isMail ? 'mail' : 'other',
    sourceAddress: '10.20.4.17',
    state,
    reason: state === 'error' ? 'encrypted' : null,
    reasonText: state === 'error' ? 'The archive is encrypted; its parts could not be examined.' : null,
    isVisibleToCaller: true,
    rescanOf: null,
    isOfRescanWave: false,
    rescanned: index % 7 === 5 && state === 'error' ? sampleRescan('detect') : null,
    reused:
      index % 7 === 3
        ? {
            of: '01900000-0000-7000-8000-000000000007',
            examinedAt: new Date(Date.now() - 600_000).toISOString(),
          }
        : null,
    object: {
      name: isMail ? 'message.eml' : file.name,
      type: isMail ? 'email' : 'file',
      size: sampler.between(900, 24_000_000),
      sha256: sampler.hex(64),
      sha1: sampler.hex(40),
      md5: sampler.hex(32),
      detectedType: isMail ? 'message/rfc822' : file.type,
      isKept: state !== 'not detected',
      keptUntil: state === 'not detected' ? null : secondsAgo(-29 * 86_400),
    },
    message:
      isMail && state !== 'not detected' && state !== 'processing'
        ? {
            subject: subjects[index % subjects.length] ?? null,
            sender: 'billing@supplier.example',
            recipients: ['m.weber@example.org'],
            blindRecipients: 0,
          }
        : null,
    times: {
      accepted: new Date(acceptedMs).toISOString(),
      started: at(35),
      finished: at(140 + (index % 9) * 60),
    },
    queue: 'light',
    priority: isMail ? 5 : 1,
    begins: 0,
    attempts: state === 'error' ? 1 : 0,
    scanner: state === 'processing' ? null : 'scanner-a',
    detections:
      state === 'detect'
        ? [
            {
              engine: 'clamav',
              technology: 'am',
              name: 'Doc.Downloader.Macro-7713',
              path: ['word/vbaProject.bin'],
            },
          ]
        : [],
    detectionsTotal: state === 'detect' ? 1 : 0,
    engines:
      state === 'processing' ? [] : sampleEngineRuns(state === 'detect' ? 'clamav' : null, state === 'error'),
    notExamined:
      state === 'error'
        ? [
            { path: ['contracts/2026.pdf'], engine: 'inspector', reason: 'encrypted' },
            {
              path: ['contracts/backup.7z', 'data.bin'],
              engine: 'inspector',
              reason: 'limit-exceeded',
              limit: 'maxPartBytes',
            },
            {
              path: [],
              engine: 'clamav',
              reason: 'encrypted',
              detail: 'the archive is protected by a password',
            },
          ]
        : [],
    notExaminedTotal: state === 'error' ? 41 : 0,
    policyApplied: null,
    released: null,
  };
}

export const sampleFailedJobs = () => {
  const sampler = createSampler(31);
  return [
    { reason: 'too-many-attempts', reasonText: 'clamav ended the connection while reading the object.' },
    { reason: 'too-many-begins', reasonText: 'Five scanners stopped while they worked on this object.' },
  ].map((failure, index) => ({
    id: 18 - index,
    kind: 'scan',
    scan: sampleId(sampler),
    scanId: `${77_210 + index}`,
    registrationId: sampleId(sampler),
    sensorId: index === 0 ? 'fileserver-hq' : 'nextcloud',
    type: 'other',
    ...failure,
    source: null,
    excerpt: null,
    failedAt: secondsAgo(3600 * (index + 1)),
    object: {
      name: index === 0 ? 'disk-image.vhdx' : 'broken.rar',
      sha256: sampler.hex(64),
      size: 48_000_000,
    },
    message: null,
    canRetry: true,
  }));
};

export function sampleStatistics(minutes: number, stepSeconds = 60) {
  const sampler = createSampler(7);
  const series = Array.from({ length: minutes }, (_, index) => minutes - 1 - index).flatMap((ago) =>
    (['mail', 'other'] as const).map((type) => {
      const wave = 1 + Math.sin(ago / 9) * 0.35;
      const accepted = Math.round((type === 'mail' ? 180 : 120) * wave + sampler.between(-14, 14));
      const detect = sampler.next() < 0.3 ? sampler.between(1, 4) : 0;
      return {
        at: stepAt(ago, stepSeconds),
        type,
        accepted,
        detect,
        notDetected: accepted - detect,
        timeout: 0,
        error: 0,
        p50Ms: (type === 'mail' ? 84 : 150) * wave + sampler.between(0, 20),
        p95Ms: (type === 'mail' ? 240 : 610) * wave + sampler.between(0, 90),
      };
    }),
  );
  return {
    from: stepAt(minutes - 1, stepSeconds),
    until: secondsAgo(0),
    stepSeconds,
    series,
    totals: (['mail', 'other'] as const).flatMap((type) => totalOf(type, series)),
    queues: minutes === 0 ? [] : sampleQueues(),
  };
}

type Series = { type: string; accepted: number; detect: number; notDetected: number }[];
function totalOf(type: 'mail' | 'other', series: Series) {
  const own = series.filter((one) => one.type === type);
  if (own.length === 0) return [];
  const sum = (key: 'accepted' | 'detect' | 'notDetected') => own.reduce((all, one) => all + one[key], 0);
  return [
    {
      type,
      accepted: sum('accepted'),
      detect: sum('detect'),
      notDetected: sum('notDetected'),
      timeout: 0,
      error: 0,
      p50Ms: 96,
      p95Ms: 310,
    },
  ];
}

export const sampleQueues = () => [
  {
    queue: 'heavy',
    priority: 1,
    unfinished: 2,
    delayed: 0,
    oldestAgeSeconds: 12.4,
    lastWaitSeconds: 4.1,
    probeAgeSeconds: 2,
  },
  {
    queue: 'light',
    priority: 5,
    unfinished: 6,
    delayed: 0,
    oldestAgeSeconds: 0.6,
    lastWaitSeconds: 0.1,
    probeAgeSeconds: 1,
  },
  {
    queue: 'light',
    priority: 1,
    unfinished: 41,
    delayed: 1,
    oldestAgeSeconds: 7.8,
    lastWaitSeconds: 2.2,
    probeAgeSeconds: 1,
  },
];

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
