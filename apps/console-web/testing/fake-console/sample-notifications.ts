import type { Channel } from '../../src/notifications/channel.js';
import type { StoredRule } from '../../src/notifications/rule.js';
import { createSampler, sampleId, secondsAgo } from './sample-numbers.js';

const sampler = createSampler(71);
const newHealth = {
  failures: 0,
  failingSince: null,
  pausedUntil: null,
  lastAnswer: null,
  lastSuccessAt: null,
  lastFailureAt: null,
  waiting: 0,
  rules: 0,
} as const;

/** A channel nothing was sent through yet. */
export const sampleChannel = (given: Partial<Channel> & Pick<Channel, 'name' | 'kind'>): Channel =>
  ({
    id: sampleId(sampler),
    createdAt: secondsAgo(30 * 86_400),
    updatedAt: secondsAgo(86_400),
    secrets: [],
    state: 'unused',
    ...newHealth,
    ...settingsOf[given.kind],
    ...given,
  }) as Channel;

const noCertificates = { ca: null, clientCertificate: null };
const settingsOf = {
  smtp: {
    settings: {
      host: 'mail.example.org',
      port: 587,
      security: 'starttls',
      username: 'sluice',
      from: 'sluice@example.org',
      ca: null,
    },
    secrets: ['password'],
  },
  syslog: {
    settings: { host: 'siem.example.org', port: 6514, transport: 'tls', format: 'cef', ...noCertificates },
  },
  webhook: {
    settings: { url: 'https://hooks.example.org/sluice', allowPrivateAddresses: false, ...noCertificates },
    secrets: ['secret'],
  },
} as const;

export const sampleChannels = (): Channel[] => [
  sampleChannel({
    name: 'Mail to the security team',
    kind: 'smtp',
    state: 'working',
    rules: 2,
    lastAnswer: '250 2.0.0 Ok: queued as 4F2C31A0',
    lastSuccessAt: secondsAgo(140),
  }),
  sampleChannel({
    name: 'SIEM',
    kind: 'syslog',
    state: 'away',
    failures: 9,
    rules: 1,
    waiting: 14,
    failingSince: secondsAgo(38 * 60),
    pausedUntil: secondsAgo(-42),
    lastAnswer: 'connect ECONNREFUSED 10.20.0.40:6514',
    lastFailureAt: secondsAgo(18),
    lastSuccessAt: secondsAgo(3 * 3600),
  }),
  sampleChannel({
    name: 'Ticket system',
    kind: 'webhook',
    state: 'working',
    rules: 1,
    lastAnswer: 'HTTP 202: {"ticket":"SEC-1042"}',
    lastSuccessAt: secondsAgo(140),
  }),
];

export const sampleRule = (channel: Channel, given: Partial<StoredRule> = {}): StoredRule => ({
  id: sampleId(sampler),
  name: 'Detections',
  enabled: true,
  channelId: channel.id,
  channelName: channel.name,
  to: channel.kind === 'smtp' ? ['security@example.org'] : [],
  subject: null,
  match: {
    minimumImportance: null,
    technologies: [],
    externalSystemIds: [],
    types: [],
    address: null,
    source: null,
    operation: null,
  },
  digestMinutes: 0,
  maxPerHour: null,
  createdAt: secondsAgo(20 * 86_400),
  updatedAt: secondsAgo(20 * 86_400),
  ...given,
});

export function sampleRules(channels: readonly Channel[], registrationId: string): StoredRule[] {
  const [mail, siem, tickets] = channels as readonly [Channel, Channel, Channel];
  const { match } = sampleRule(mail);
  const operation = {
    healthFrom: null,
    engineDown: true,
    signaturesOlderThanDays: 3,
    queueOlderThanSeconds: null,
    failedJobs: true,
    integrationRequests: false,
    certificateExpiresWithinDays: 30,
  };
  return [
    sampleRule(siem, { name: 'Everything to the SIEM' }),
    sampleRule(mail, {
      name: 'High importance to the team',
      to: ['security@example.org', 'm.weber@example.org', 'k.osei@example.org'],
      subject: '[%importance%] %detected% from %system%',
      match: { ...match, minimumImportance: 'high', types: ['mail'], address: '*@example.org' },
      maxPerHour: 20,
    }),
    sampleRule(mail, { name: 'Operation', match: { ...match, operation } }),
    sampleRule(tickets, {
      name: 'Tickets for the file server',
      enabled: false,
      match: { ...match, technologies: ['am', 'yara'], externalSystemIds: [registrationId] },
      digestMinutes: 15,
    }),
  ];
}

export const sampleExample = {
  form: 'mail',
  subject: '[high] Doc.Downloader.Macro-7713 from mx-berlin-1',
  text: [
    'Doc.Downloader.Macro-7713 in message.eml',
    '',
    'Sluice detected something in an object it was given.',
    '',
    'Importance:  high',
    'Detected:    Doc.Downloader.Macro-7713 (clamav)',
    'Path:        attachment 1: Quarterly report.docm › word/vbaProject.bin',
    'Sender:      billing@supplier[.]example',
    'Recipients:  m.weber@example.org, accounting@example.org',
    'System:      mx-berlin-1, mail',
    '',
    'Open alert 4209: https://console.example.org:9443/alerts/4209',
  ].join('\n'),
  html: '',
} as const;

export const sampleTroubles = {
  form: 'mail',
  subject: 'Sluice: clamav on scanner-1 is down: no answer',
  text: [
    'Operation needs attention',
    '',
    'Sluice noticed something about itself.',
    '',
    '- clamav on scanner-1 is down: no answer',
    '- the signatures of clamav are 4 days old',
    '',
    'Open system health: https://console.example.org:9443/health',
  ].join('\n'),
  html: '',
} as const;
