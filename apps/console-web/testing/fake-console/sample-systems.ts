import { completePolicy, parseFingerprint } from '@sluice/contracts';
import type { ExternalSystem } from '../../src/external-systems/external-system.js';
import { createSampler, sampleId, secondsAgo, toFingerprint } from './sample-numbers.js';

const sampler = createSampler(4);

export function sampleSystem(given: Partial<ExternalSystem> & { sensorId: string }): ExternalSystem {
  return {
    id: sampleId(sampler),
    registrationId: given.state === 'pending' ? null : sampleId(sampler),
    sensor: '10.20.4.17',
    address: '10.20.4.17',
    type: 'other',
    name: null,
    certificateFingerprint: toFingerprint(sampler.hex(64)),
    certificateSubject: `CN=${given.sensorId}`,
    certificateNotAfter: secondsAgo(-400 * 86_400),
    state: 'accepted',
    firstSeenAt: secondsAgo(40 * 86_400),
    lastSeenAt: secondsAgo(sampler.between(2, 90)),
    lastAnswer: 200,
    tlsVersion: 'TLSv1.3',
    decidedBy: 'admin',
    decidedAt: secondsAgo(39 * 86_400),
    idInUse: false,
    usedBefore: false,
    answerFormat: 'actual',
    alertsFeed: 'own',
    maxUnfinishedScans: null,
    unexaminedPolicy: completePolicy({}),
    unexaminedPolicyVersion: 0,
    mailPolicy: given.type === 'mail' ? {} : null,
    mailPolicyVersion: given.type === 'mail' ? 0 : null,
    clamdPolicy: {},
    clamdPolicyVersion: 0,
    ...given,
  };
}

/** A request as it looks before anybody decided. */
export const sampleRequest = (given: Partial<ExternalSystem> & { sensorId: string }): ExternalSystem =>
  sampleSystem({
    state: 'pending',
    registrationId: null,
    lastAnswer: 401,
    decidedBy: null,
    decidedAt: null,
    answerFormat: null,
    alertsFeed: null,
    unexaminedPolicy: null,
    unexaminedPolicyVersion: null,
    mailPolicy: null,
    mailPolicyVersion: null,
    clamdPolicy: null,
    clamdPolicyVersion: null,
    firstSeenAt: secondsAgo(180),
    ...given,
  });

export const sampleSystems = (): ExternalSystem[] => [
  sampleRequest({
    sensorId: 'mx-berlin-2',
    type: 'mail',
    sensor: 'mx2.berlin.example.org',
    lastSeenAt: secondsAgo(25),
  }),
  sampleRequest({
    sensorId: 'nextcloud',
    name: 'Nextcloud (new host)',
    sensor: '10.20.9.30',
    idInUse: true,
    lastSeenAt: secondsAgo(70),
  }),
  sampleSystem({ sensorId: 'mx-berlin-1', type: 'mail', sensor: 'mx1.berlin.example.org' }),
  sampleSystem({ sensorId: 'nextcloud', name: 'Nextcloud', sensor: 'cloud.example.org' }),
  sampleSystem({ sensorId: 'nextcloud', name: 'Nextcloud', sensor: 'cloud-b.example.org' }),
  sampleSystem({
    sensorId: 'fileserver-hq',
    name: 'File server, headquarters',
    certificateNotAfter: secondsAgo(-12 * 86_400),
  }),
  sampleSystem({ sensorId: 'dlp-gateway', name: 'DLP', sensor: 'dlp.example.org', alertsFeed: 'all' }),
  sampleSystem({
    sensorId: 'old-messenger',
    name: 'Messenger (retired)',
    state: 'rejected',
    lastAnswer: 401,
    lastSeenAt: secondsAgo(5 * 3600),
  }),
];

/** What an operator registered before it called. */
export const sampleRegistered = (given: Partial<ExternalSystem>): ExternalSystem =>
  sampleSystem({
    sensorId: '',
    ...given,
    certificateFingerprint: toFingerprint(parseFingerprint(given.certificateFingerprint ?? '') ?? ''),
    certificateSubject: null,
    certificateNotAfter: null,
    sensor: null,
    address: null,
    firstSeenAt: null,
    lastSeenAt: null,
    lastAnswer: null,
    tlsVersion: null,
  });
