import { X509Certificate } from 'node:crypto';

/** SHA-256 over the DER of the (first) certificate in a PEM, 64 lowercase hexadecimal digits: what operators compare. */
export function certificateFingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}

/** End of the certificate's validity, ISO 8601 UTC. */
export function certificateNotAfter(pem: string): string {
  return new Date(new X509Certificate(pem).validTo).toISOString();
}
