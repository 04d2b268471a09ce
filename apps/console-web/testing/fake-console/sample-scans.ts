import { sampleRescan } from './sample-rescan.js';
import { sampleEngineRuns } from './sample-alerts.js';
import { createSampler, sampleId, secondsAgo, type Sampler } from './sample-numbers.js';

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
