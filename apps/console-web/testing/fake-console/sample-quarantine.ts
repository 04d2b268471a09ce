import { sampleRescan } from './sample-rescan.js';
import type { MailPreviewAnswer, Quarantined } from '@sluice/console-api';
import { createSampler, sampleId, secondsAgo } from './sample-numbers.js';

const mails = [
  { subject: 'Contract, signed', sender: 'joerg@example.com', reason: 'encrypted', name: null },
  { subject: 'Invoice of May', sender: 'billing@example.net', reason: null, name: 'Win.Trojan.Agent-1' },
  { subject: null, sender: null, reason: 'damaged', name: null },
] as const;

type Answer = NonNullable<Quarantined['release']>['answers'][number];
const recipient = 'anna@example.org';
const later = (answer: string): Answer => ({ recipient, outcome: 'later', answer });
const taken: Answer = { recipient, outcome: 'taken', answer: '250 2.0.0 Ok: queued as 4D1' };
const attempts = (from: number, until: number, count: number, answer: string) => ({
  from: secondsAgo(from),
  until: secondsAgo(until),
  count,
  answers: [later(answer)],
});

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
    // The second one no one else has.
    hold: index === 1 ? { state: 'held', since: secondsAgo(3600) } : null,
    rescanned: index === 3 ? sampleRescan('detect') : index === 4 ? sampleRescan('not detected') : null,
    alertId: name === null ? null : 4200,
    sensorId: 'mx-1',
    systemName: null,
    type: 'mail',
    object: { name: 'message.eml', type: 'email', size: 48_211, sha256: sampler.hex(64) },
    message: {
      subject,
      sender,
      recipients: ['anna@example.org', 'berta@example.org'],
      blindRecipients: index === 0 ? 1 : 0,
    },
    release:
      index === 0
        ? {
            at: secondsAgo(5400),
            operator: 'admin',
            form: 'original',
            recipients: ['anna@example.org'],
            state: 'waiting',
            attempts: 1,
            answers: [later('connect ECONNREFUSED 127.0.0.1:10026')],
            nextAttemptAt: secondsAgo(1),
            attemptLog: [
              attempts(5390, 5390, 1, '451 4.3.0 Temporary lookup failure'),
              attempts(5100, 30, 1204, 'connect ECONNREFUSED 127.0.0.1:10026'),
            ],
          }
        : index === 2
          ? {
              at: secondsAgo(600),
              operator: 'admin',
              form: 'original',
              recipients: ['anna@example.org'],
              state: 'delivered',
              attempts: 1,
              answers: [taken],
              nextAttemptAt: null,
              attemptLog: [{ from: secondsAgo(599), until: secondsAgo(599), count: 1, answers: [taken] }],
            }
          : null,
  }));
  const file: Quarantined = {
    ...common(4),
    state: 'error',
    reason: 'limit-exceeded',
    names: [],
    hold: null,
    rescanned: null,
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

/** What is kept of a scan; null: of what is not examined or detected alone mail is. */
export function keptOf(scan: {
  readonly id: string;
  readonly message: Quarantined['message'];
  readonly object: { readonly sha256: string };
}): Quarantined | null {
  const [, , kept] = sampleQuarantine();
  if (scan.message === null || kept === undefined) return null;
  const { name, type, size } = kept.object;
  const object = { name, type, size, sha256: scan.object.sha256 };
  return { ...kept, id: scan.id, message: scan.message, object, release: null };
}

/** What is kept of the mail of an alert. */
export const keptAlert = ({
  scan,
  message,
  object,
  names,
}: {
  readonly scan: { readonly id: string };
  readonly message: Omit<NonNullable<Quarantined['message']>, 'blindRecipients'> | null;
  readonly object: { readonly sha256: string };
  readonly names: string[];
}): Quarantined | null => {
  const mail = message === null ? null : { ...message, blindRecipients: 0 };
  const kept = keptOf({ id: scan.id, message: mail, object });
  return kept === null ? null : { ...kept, state: 'detect', reason: null, names };
};

export const samplePreview = (): MailPreviewAnswer => ({
  recipients: ['anna@example.org', 'berta@example.org', 'carl@example.org'],
  blindRecipients: ['carl@example.org'],
  headers: [
    { name: 'Received', value: 'from mx.example.com by mail.example.org; Mon, 4 May 2026 10:00:00 +0000' },
    { name: 'From', value: 'Joerg <joerg@example.com>' },
    { name: 'To', value: 'anna@example.org, berta@example.org' },
    { name: 'Subject', value: 'Contract, signed' },
    { name: 'X-Long', value: 'abcdefghij'.repeat(30) },
  ],
  parts: [
    {
      depth: 0,
      type: 'text/plain',
      name: null,
      sizeBytes: 96,
      text: 'Dear Anna,\n\nhere is the contract.\nOpen contract[U+202E]fdp.exe with the usual password.\n',
    },
    {
      depth: 0,
      type: 'text/html',
      name: null,
      sizeBytes: 4211,
      text: 'Sign here: [link: https://contracts.example.net/?id=7] https://example.com/contracts',
    },
    { depth: 0, type: 'application/zip', name: 'contract.zip', sizeBytes: 43_900, text: null },
    { depth: 1, type: 'text/plain', name: null, sizeBytes: 12, text: 'Regards' },
  ],
  isCut: true,
});
