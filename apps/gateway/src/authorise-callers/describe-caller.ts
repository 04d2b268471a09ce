import type { X509Certificate } from 'node:crypto';
import { cleanName, cleanText } from '@sluice/contracts';
import type { Sighting, SystemType } from '@sluice/contracts';
import type { CallerConnection } from '../accept-connections/caller-connection.js';
import type { Exchange } from '../answer-requests/exchange.js';

/** Everything operators are shown about a caller. All of it is claimed, none of it is believed. */
export function describeCaller(exchange: Exchange, sensorId: string, answer: number): Sighting | null {
  const { connection } = exchange;
  if (connection.fingerprint === null) return null;
  const certificate = describeCertificate(connection);
  return {
    v: 1,
    sensorId,
    fingerprint: connection.fingerprint,
    address: connection.address.slice(0, 64),
    answer,
    tlsVersion: connection.tlsVersion.slice(0, 16),
    claimedType: claimedType(exchange),
    claimedName: claimedName(exchange, certificate.subject),
    subject: cleanText(certificate.subject.replaceAll('\n', ', ')),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    seenAt: new Date().toISOString(),
  };
}

function claimedType({ target, request }: Exchange): SystemType {
  const claimed = target.query.get('sensorType') ?? request.headers['x-sensor-type'];
  return claimed === 'mail' ? 'mail' : 'other';
}

function claimedName({ target, request }: Exchange, subject: string): string {
  const header = request.headers['x-sensor-name'];
  const fromHeader = typeof header === 'string' ? Buffer.from(header, 'latin1').toString('utf8') : '';
  return (
    cleanName(target.query.get('sensorName') ?? '') || cleanName(fromHeader) || cleanName(commonName(subject))
  );
}

/** Node writes a subject one attribute a line. */
const commonName = (subject: string): string => /^CN=(.*)$/m.exec(subject)?.[1] ?? '';

interface CertificateFacts {
  readonly subject: string;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
}

/** Certificates come from strangers: whatever cannot be read is left empty. */
function describeCertificate(connection: CallerConnection): CertificateFacts {
  const certificate = connection.certificate;
  return {
    subject: attempt(() => certificate?.subject) ?? '',
    notBefore: attempt(() => isoDate(certificate?.validFrom)) ?? null,
    notAfter: attempt(() => isoDate(certificate?.validTo)) ?? null,
  };
}

const isoDate = (date: X509Certificate['validFrom'] | undefined): string | null =>
  // Years beyond 9999 or before 0 have no place in the message's format.
  date === undefined ? null : (/^\d{4}-.*/.exec(new Date(date).toISOString())?.[0] ?? null);

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
