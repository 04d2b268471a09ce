import { randomUUID } from 'node:crypto';
import type { Job } from '@sluice/contracts';

/** A new job; those of one letter have the same bytes. */
export const jobOf = (letter = 'a'): Job => ({
  kind: 'job',
  v: 1,
  submissionId: randomUUID(),
  objectKey: letter.repeat(32),
  sizeBytes: 1,
  sha256: letter.repeat(64),
  objectType: 'file',
});
