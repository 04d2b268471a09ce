export { certificateFingerprint, certificateNotAfter } from './certificate-fingerprint.js';
export { createClientCertificate } from './client-certificate.js';
export type { ClientCertificate } from './client-certificate.js';
export { ensureKeyPair, readKeyPair } from './server-key-pair.js';
export type { KeyPair, KeyPairFiles } from './server-key-pair.js';
export { KeyPairError } from './key-pair.errors.js';
export { watchKeyPair } from './watch-key-pair.js';
export type { KeyPairWatch } from './watch-key-pair.js';
