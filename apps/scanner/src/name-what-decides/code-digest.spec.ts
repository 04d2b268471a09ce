import { describe, expect, it } from 'vitest';
import { digestCode } from './code-digest.js';

describe('the digest of the build', () => {
  it('is the same for the same code', async () => {
    const digest = await digestCode();
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestCode()).toBe(digest);
  });
});
