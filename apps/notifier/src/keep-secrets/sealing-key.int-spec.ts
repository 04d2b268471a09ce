import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicSealingKey, sealSecret, secretContext } from '@sluice/notifications';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureSealingKey, openSecretsWith } from './sealing-key.js';

describe('the sealing key', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-key-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const file = () => path.join(folder, 'own/sealing-key');

  it('is made once, for this user alone, and is the same for all who begin together', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => ensureSealingKey(file())));
    expect(new Set(keys).size).toBe(1);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readdir(path.dirname(file()))).toEqual(['sealing-key']);
    expect(await ensureSealingKey(file())).toBe(keys[0]);
  });

  it('is refused when it is something else', async () => {
    await writeFile(path.join(folder, 'wrong'), 'no key');
    await expect(ensureSealingKey(path.join(folder, 'wrong'))).rejects.toThrow('holds no X25519 private key');
  });

  it('opens all secrets of a channel or none', async () => {
    const key = await ensureSealingKey(file());
    const sealed = sealSecret(publicSealingKey(key), secretContext('c', 'password'), 'p');
    expect(openSecretsWith(key)('c', { password: sealed })).toEqual({ password: 'p' });
    expect(openSecretsWith(key)('c', { password: sealed, other: sealed })).toBeNull();
    expect(openSecretsWith(key)('d', { password: sealed })).toBeNull();
  });
});
