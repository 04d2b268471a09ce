import type { Quarantined } from '@sluice/console-api';
import { createSampler, sampleId, secondsAgo } from './sample-numbers.js';

const mails = [
  { subject: 'Contract, signed', sender: 'joerg@example.com', reason: 'encrypted', name: null },
  { subject: 'Invoice of May', sender: 'billing@example.net', reason: null, name: 'Win.Trojan.Agent-1' },
  { subject: null, sender: null, reason: 'damaged', name: null },
] as const;

export function sampleQuarantine(): Quarantined[] {
  const sampler = createSampler(53);
  const common = (index: number) => ({
    id: sampleId(sampler),
    keptAt: secondsAgo(1800 * (index + 1)),
    keptUntil: secondsAgo(-30 * 86_400),
    registrationId: sampleId(sampler),
  });
  const kept = mails.map(({ subject, sender, reason, name }, index): Quarantined => ({
    ...common(index),
    state: name === null ? 'error' : 'detect',
    reason,
    names: name === null ? [] : [name],
    alertId: name === null ? null : 4200,
    sensorId: 'mx-1',
    systemName: null,
    type: 'mail',
    object: { name: 'message.eml', type: 'email', size: 48_211, sha256: sampler.hex(64) },
    message: { subject, sender, recipients: ['anna@example.org', 'berta@example.org'] },
    release:
      index === 2
        ? {
            at: secondsAgo(600),
            operator: 'admin',
            form: 'original',
            recipients: ['anna@example.org'],
            state: 'delivered',
            attempts: 1,
            answers: [
              { recipient: 'anna@example.org', outcome: 'taken', answer: '250 2.0.0 Ok: queued as 4D1' },
            ],
          }
        : null,
  }));
  const file: Quarantined = {
    ...common(4),
    state: 'error',
    reason: 'limit-exceeded',
    names: [],
    alertId: null,
    sensorId: 'fileserver-hq',
    systemName: 'File server',
    type: 'other',
    object: { name: 'nested.zip', type: 'file', size: 9_100_000, sha256: sampler.hex(64) },
    message: null,
    release: null,
  };
  return [...kept, file];
}
