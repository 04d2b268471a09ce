// The certificate library's dependency injection needs it before it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Extension } from '@peculiar/x509';

const dayMs = 24 * 3600 * 1000;
/** Clocks of callers may be behind ours; a certificate from a minute ago would not be valid for them yet. */
const backdatedMs = dayMs;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

type WebKey = webcrypto.CryptoKey;
export interface KeyPairHandle {
  readonly privateKey: WebKey;
  readonly publicKey: WebKey;
}

export async function generateKeys(): Promise<KeyPairHandle> {
  return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
}

export async function importKeys(pkcs8: Buffer, spki: Buffer): Promise<KeyPairHandle> {
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
    webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
  ]);
  return { privateKey, publicKey };
}

export async function privateKeyPem(key: WebKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${(der.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`;
}

interface CertificateRequest {
  readonly commonName: string;
  readonly keys: KeyPairHandle;
  readonly days: number;
  readonly usage: 'server' | 'client';
  readonly names: readonly string[];
}

/** EC P-256, version 3, not a CA; names become DNS or IP subject alternative names. */
export async function selfSignedPem(request: CertificateRequest): Promise<string> {
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [request.commonName] }],
      keys: request.keys,
      notBefore: new Date(now - backdatedMs),
      notAfter: new Date(now + request.days * dayMs),
      signingAlgorithm: algorithm,
      extensions: await extensionsFor(request),
    },
    webcrypto,
  );
  return `${certificate.toString('pem')}\n`;
}

async function extensionsFor({ keys, names, usage }: CertificateRequest): Promise<Extension[]> {
  const purpose = usage === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth;
  const alternatives = names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const);
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([purpose]),
    await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
    ...(alternatives.length > 0 ? [new SubjectAlternativeNameExtension(alternatives)] : []),
  ];
}
