import type { Sighting } from '@sluice/contracts';
import { createHash } from 'node:crypto';

/** The fingerprint a test means by a short name. */
export const fingerprintOf = (name: string): string => createHash('sha256').update(name).digest('hex');

/** A refused call of an unknown system, as a gateway reports it. */
export const sightingOf = (sensorId: string, overrides: Partial<Sighting> = {}): Sighting => ({
  v: 1,
  sensorId,
  fingerprint: fingerprintOf(sensorId),
  address: '192.0.2.1',
  answer: 401,
  tlsVersion: 'TLSv1.3',
  claimedType: 'other',
  claimedName: 'a system',
  subject: 'CN=a system',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2036-01-01T00:00:00Z',
  seenAt: '2026-11-01T00:00:00Z',
  ...overrides,
});
