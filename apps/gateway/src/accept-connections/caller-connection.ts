import { createHash } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** More sensorIds on one connection than any honest caller has: then losing one of them ends it anyway. */
const maxSensorIds = 32;

/** Who is at the other end of a TLS connection: read once, the certificate costs a third of a request. */
export class CallerConnection {
  /** SHA-256 of the certificate, hex; null when the caller showed none. */
  readonly fingerprint: string | null;
  readonly tlsVersion: string;
  private readonly sensorIds = new Set<string>();
  /** Requests read from it whose answer has not been sent. */
  readonly openRequests = new Set<IncomingMessage>();

  constructor(
    readonly socket: TLSSocket,
    /** The caller's, also behind a balancer. */
    readonly address: string,
  ) {
    const certificate = socket.getPeerX509Certificate();
    this.fingerprint = certificate ? createHash('sha256').update(certificate.raw).digest('hex') : null;
    this.tlsVersion = socket.getProtocol() ?? '';
  }

  get certificate(): X509Certificate | null {
    return this.socket.getPeerX509Certificate() ?? null;
  }

  usedBy(sensorId: string): void {
    if (this.sensorIds.size < maxSensorIds) this.sensorIds.add(sensorId);
  }

  wasUsedBy(sensorId: string): boolean {
    return this.sensorIds.has(sensorId) || this.sensorIds.size >= maxSensorIds;
  }
}
