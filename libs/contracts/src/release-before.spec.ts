import { expect, it } from 'vitest';
import { z } from 'zod';
import { jobQueueMessageSchema, type Job } from './job.message.js';
import { acceptRequestSchema } from './ledger-rpc/index.js';
import { verdictQueueMessageSchema } from './verdict.message.js';

// While services are replaced one after the other, those of 0.1.0 and of today read each other's messages. What stands here
// is what 0.1.0 wrote and read: it is not to be brought up to date. What cannot be read becomes a dead letter.

const submissionId = '01890a5d-ac96-774b-bcce-b302099a8057';
const job = {
  kind: 'job',
  v: 1,
  submissionId,
  objectKey: '0123456789abcdef0123456789abcdef',
  sizeBytes: 10_240,
  sha256: 'a'.repeat(64),
  objectType: 'file',
};
const marker = { kind: 'marker', v: 1, markerId: 'm-1', queue: 'scan.light.classic.1', priority: 1 };
const verdict = {
  kind: 'verdict',
  v: 1,
  submissionId,
  outcome: 'infected',
  reason: null,
  reasonText: null,
  detections: [{ engine: 'clamav', technology: 'am', name: 'Win.Test.EICAR_HDB-1', path: ['mail', 'a.zip'] }],
  detectionsTotal: 1,
  engines: [
    {
      engine: 'clamav',
      technology: 'am',
      version: 'ClamAV 1.0.3',
      signaturesAt: '2026-01-01T00:00:00Z',
      isTestSignatures: false,
      outcome: 'infected',
      reason: null,
      durationMs: 2.5,
    },
  ],
  object: {
    md5: 'b'.repeat(32),
    sha1: 'c'.repeat(40),
    sha256: 'a'.repeat(64),
    detectedType: 'application/zip',
    mail: { from: 'a@example.com', to: ['b@example.com'], subject: null, messageId: null },
  },
  scanner: 'scanner-1',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:00:01.000Z',
};
const acceptItem = {
  submissionId,
  sensorId: 'fileserver-1',
  fingerprint: 'd'.repeat(64),
  registrationId: '11111111-2222-4333-8444-555555555555',
  scanId: 'scan-1',
  instance: '',
  objectKey: job.objectKey,
  sizeBytes: 10_240,
  sha256: 'a'.repeat(64),
  objectType: 'file',
  objectName: null,
  mailFrom: null,
  rcptTo: [],
  sourceAddress: '192.0.2.1',
};

it.each([
  ['job of its gateway', job],
  ['marker', marker],
])('the %s is read by a scanner of today', (_what, message) => {
  expect(jobQueueMessageSchema.parse(message)).toMatchObject(message);
});

it.each([
  ['verdict', verdict],
  ['scan that an engine failed on', { ...verdict, outcome: 'failed-attempt', detections: [], object: null }],
  ['message of several verdicts', { kind: 'verdicts', v: 1, verdicts: [verdict, verdict] }],
  ['returned marker', marker],
])('the %s of its scanner is read by the results of today', (_what, message) => {
  expect(verdictQueueMessageSchema.parse(message)).toMatchObject(message);
});

it('the request of its gateway is read by the results of today, which then give it no mail queue and no verdict', () => {
  const { items } = acceptRequestSchema.parse({ v: 1, items: [acceptItem] });
  expect(items).toEqual([expect.objectContaining(acceptItem)]);
  expect(items[0]?.hasMailQueue ?? false).toBe(false);
  expect(items[0]?.takesDone ?? false).toBe(false);
});

it('its scanner reads the job of a gateway of today, with all that a job may have', () => {
  const reader = z.object({
    kind: z.literal('job'),
    v: z.literal(1),
    submissionId: z.string(),
    objectKey: z.string().regex(/^[0-9a-f]{32}$/),
    sizeBytes: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    objectType: z.enum(['file', 'email']),
  });
  const all: Required<Job> = {
    kind: 'job',
    v: 1,
    submissionId,
    objectKey: job.objectKey,
    sizeBytes: 10_240,
    sha256: 'a'.repeat(64),
    objectType: 'email',
    hasPasswords: true,
  };
  expect(jobQueueMessageSchema.parse(all)).toEqual(all);
  const { hasPasswords: _, ...known } = all;
  expect(reader.parse(all)).toEqual(known);
});
