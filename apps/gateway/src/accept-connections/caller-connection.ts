import { createHash } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** More sensorIds on one connection than any honest caller has: then losing one of them ends it anyway. */
const maxSensorIds = 32;

/** A request whose answer has not been sent to its end. */
export interface OpenRequest {
  /** Its body came whole. */
  readonly isReceived: boolean;
  /** Its answer has begun. */
  readonly isAnswered: boolean;
}

/** Who is at the other end of a TLS connection: read once, the certificate costs a third of a request. */
export class CallerConnection {
  /** SHA-256 of the certificate, hex; null when the caller showed none. */
  readonly fingerprint: string | null;
  readonly tlsVersion: string;
  private readonly sensorIds = new Set<string>();
  readonly openRequests = new Set<OpenRequest>();
  /** The answer that is sent or to be sent is the last one: what comes behind it is no request (RFC 9112, 9.6). */
  isEnding = false;
  /** Called with each request of an accepted system. */
  onAccepted: () => void = () => undefined;
  private ignoredRequests = 0;
  private unauthorisedAnswers = 0;

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

  /**
   * Is there room for one more? No one has more than a few on their way; beyond `maxOpen` the connection is ended, which
   * `onTooMany` hears of.
   */
  takesRequest(maxOpen: number, onTooMany: () => void): boolean {
    if (this.isEnding) this.ignoredRequests += 1;
    if (Math.max(this.openRequests.size, this.ignoredRequests) >= maxOpen) {
      this.isEnding = true;
      if (!this.socket.destroyed) onTooMany();
      this.socket.destroy();
    }
    return !this.isEnding;
  }

  /** Counts an answer 401; true when it has to be the last one of this connection. */
  isLastUnauthorised(most: number): boolean {
    this.unauthorisedAnswers += 1;
    return this.unauthorisedAnswers >= most;
  }

  usedBy(sensorId: string): void {
    if (this.sensorIds.size < maxSensorIds) this.sensorIds.add(sensorId);
  }

  wasUsedBy(sensorId: string): boolean {
    return this.sensorIds.has(sensorId) || this.sensorIds.size >= maxSensorIds;
  }
}
