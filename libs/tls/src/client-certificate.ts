import { generateKeys, privateKeyPem, selfSignedPem } from './self-signed-certificate.js';

export interface ClientCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

/** A self-signed certificate with which an external system may call (EC P-256). Nothing is written to disk. */
export async function createClientCertificate(options: {
  readonly commonName: string;
  readonly days: number;
}): Promise<ClientCertificate> {
  const keys = await generateKeys();
  const certPem = await selfSignedPem({ ...options, keys, usage: 'client', names: [] });
  return { certPem, keyPem: await privateKeyPem(keys.privateKey) };
}
