import { describe, expect, it } from 'vitest';
import { submissionIdSchema } from '@sluice/contracts';
import { newSubmissionId } from './submission-id.js';

describe('submission id', () => {
  it('is a UUID of version 7 that sorts by time', () => {
    const ids = [1, 2, 3_000_000_000_000].map((time) => newSubmissionId(time));
    for (const id of ids) expect(submissionIdSchema.parse(id)).toMatch(/^.{14}7.{4}[89ab]/);
    expect([...ids].sort()).toEqual(ids);
    expect(newSubmissionId()).not.toBe(newSubmissionId());
  });
});
