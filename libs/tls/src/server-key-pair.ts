import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { KeyPairError } from './key-pair.errors.js';
import { createFileOnce } from './create-file-once.js';
import { generateKeys, importKeys, privateKeyPem, selfSignedPem } from './self-signed-certificate.js';

export interface KeyPairFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface KeyPair {
  readonly certPem: string;
  readonly keyPem: string;
}

/** Whoever is called or accepted is known by the fingerprint, so a change is a visit to each other side: ten years. */
const validDays = 3650;

export interface WantedKeyPair extends KeyPairFiles {
  /** Of a server, what it is called by; of a client, its common name. */
  readonly names: readonly string[];
  /** Default `server`. */
  readonly usage?: 'server' | 'client';
}

/**
 * Makes what is missing, once, and reads the pair. Safe against other instances sharing the folder and against a
 * crash at any point: the key is put in place first, whole and by the first who comes, then everybody makes a
 * certificate of *that* key and again the first one stands.
 *
 * Throws KeyPairError when the files cannot be used (operators may bring their own, of any kind of key).
 */
export async function ensureKeyPair(options: WantedKeyPair): Promise<KeyPair> {
  await Promise.all(
    [options.certFile, options.keyFile].map((file) => mkdir(path.dirname(file), { recursive: true })),
  );
  const keyPem = await ensureKey(options);
  if ((await readIfThere(options.certFile)) === null) {
    const certPem = await certificateOf(keyPem, options);
    await createFileOnce(options.certFile, certPem, 0o644);
  }
  return readKeyPair(options);
}

/** Reads the pair and checks that the certificate belongs to the key. */
export async function readKeyPair({ certFile, keyFile }: KeyPairFiles): Promise<KeyPair> {
  try {
    const [certPem, keyPem] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    const isPair = new X509Certificate(certPem).checkPrivateKey(createPrivateKey(keyPem));
    if (!isPair)
      throw new KeyPairError('mismatch', `${certFile} is not a certificate of the key in ${keyFile}`);
    return { certPem, keyPem };
  } catch (cause) {
    if (cause instanceof KeyPairError) throw cause;
    throw new KeyPairError('unreadable', `cannot read the key pair ${certFile}, ${keyFile}: ${text(cause)}`, {
      cause,
    });
  }
}

async function ensureKey({ certFile, keyFile }: KeyPairFiles): Promise<string> {
  const present = await readIfThere(keyFile);
  if (present !== null) return present;
  const hasCertificate = (await readIfThere(certFile)) !== null;
  // A certificate without its key is an operator's mistake; a new key would not fit it. Looked at twice, because
  // another instance may have made both in between.
  if (hasCertificate && (await readIfThere(keyFile)) === null)
    throw new KeyPairError('key-missing', `${certFile} is there but its key ${keyFile} is not`);
  const keys = await generateKeys();
  await createFileOnce(keyFile, await privateKeyPem(keys.privateKey), 0o600);
  return readFile(keyFile, 'utf8');
}

async function certificateOf(
  keyPem: string,
  { names, usage = 'server' }: Pick<WantedKeyPair, 'names' | 'usage'>,
): Promise<string> {
  const key = readKey(keyPem);
  const [pkcs8, spki] = [
    key.export({ type: 'pkcs8', format: 'der' }),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
  ];
  const keys = await importKeys(pkcs8, spki);
  const alternatives = usage === 'server' ? names : [];
  const commonName = names[0] ?? 'sluice';
  return selfSignedPem({ commonName, keys, days: validDays, usage, names: alternatives });
}

function readKey(keyPem: string): KeyObject {
  const key = createPrivateKey(keyPem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new KeyPairError('unsupported-key', 'a certificate is made for EC P-256 keys only; bring your own');
  return key;
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new KeyPairError('unreadable', `cannot read ${file}: ${text(cause)}`, { cause });
  }
}

const text = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
