import { createClientCertificate, ensureKeyPair, type KeyPair } from '@sluice/tls';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A server's key pair for these names; its certificate is its own authority. */
export async function serverKeys(...names: string[]): Promise<KeyPair> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-keys-'));
  try {
    const files = { certFile: path.join(folder, 'a.crt'), keyFile: path.join(folder, 'a.key') };
    return await ensureKeyPair({ ...files, names: ['127.0.0.1', 'localhost', ...names] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const clientKeys = (): Promise<KeyPair> =>
  createClientCertificate({ commonName: 'notifier', days: 1 });
