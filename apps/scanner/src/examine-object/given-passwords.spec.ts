import { describe, expect, it } from 'vitest';
import type { Job } from '@sluice/contracts';
import { ObjectStoreError, PasswordSeal } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { GivenPasswords } from './given-passwords.js';

const logger = createLogger({ service: 'scanner', instance: 'test', level: 'silent' });
const seal = new PasswordSeal('s'.repeat(40));
const objectKey = 'a'.repeat(32);
const job = (changes: Partial<Job> = {}): Job => ({
  kind: 'job',
  v: 1,
  submissionId: '019f0000-0000-7000-8000-000000000001',
  objectKey,
  sizeBytes: 1,
  sha256: 'b'.repeat(64),
  objectType: 'file',
  hasPasswords: true,
  ...changes,
});
const stored = (bytes: Buffer | null) => ({
  readSidecar: () =>
    bytes === null ? Promise.reject(new ObjectStoreError('missing', 'none')) : Promise.resolve(bytes),
});

describe('passwords a caller gave', () => {
  const sealed = seal.seal(objectKey, ['one', 'two']);

  it('are read when the job says that there are some, and else not looked for', async () => {
    const given = new GivenPasswords(stored(sealed), seal, logger);
    expect(await given.of(job())).toEqual(['one', 'two']);
    const { hasPasswords: _, ...without } = job();
    expect(await given.of(without)).toEqual([]);
  });

  it.each<[string, GivenPasswords, Job]>([
    ['are gone', new GivenPasswords(stored(null), seal, logger), job()],
    [
      'were sealed with another key',
      new GivenPasswords(stored(sealed), new PasswordSeal('t'.repeat(40)), logger),
      job(),
    ],
    [
      'lie beside another object',
      new GivenPasswords(stored(sealed), seal, logger),
      job({ objectKey: 'c'.repeat(32) }),
    ],
    ['need a key that is not set', new GivenPasswords(stored(sealed), null, logger), job()],
  ])('are none when they %s', async (_title, given, of) => {
    expect(await given.of(of)).toEqual([]);
  });
});
