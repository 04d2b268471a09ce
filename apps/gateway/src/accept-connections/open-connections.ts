import type { TLSSocket } from 'node:tls';
import { CallerConnection } from './caller-connection.js';

/** Every TLS connection that is open, found by its socket and by its certificate. */
export class OpenConnections {
  private readonly bySocket = new WeakMap<object, CallerConnection>();
  private readonly byFingerprint = new Map<string, Set<CallerConnection>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(socket: TLSSocket, address: string): CallerConnection {
    const connection = new CallerConnection(socket, address);
    this.bySocket.set(socket, connection);
    this.count += 1;
    const { fingerprint } = connection;
    if (fingerprint !== null) this.sameCertificate(fingerprint).add(connection);
    socket.once('close', () => this.remove(connection));
    return connection;
  }

  /** Connections with the same certificate; those without one are bounded by their address alone. */
  countOf({ fingerprint }: CallerConnection): number {
    return fingerprint === null ? 0 : (this.byFingerprint.get(fingerprint)?.size ?? 0);
  }

  of(socket: object): CallerConnection | null {
    return this.bySocket.get(socket) ?? null;
  }

  /** Ends the connections of a pair that is no longer accepted, whatever they are doing. */
  end(pair: { readonly sensorId: string; readonly fingerprint: string }): void {
    for (const connection of [...(this.byFingerprint.get(pair.fingerprint) ?? [])])
      if (connection.wasUsedBy(pair.sensorId)) connection.socket.destroy();
  }

  private sameCertificate(fingerprint: string): Set<CallerConnection> {
    const present = this.byFingerprint.get(fingerprint);
    if (present !== undefined) return present;
    const made = new Set<CallerConnection>();
    this.byFingerprint.set(fingerprint, made);
    return made;
  }

  private remove(connection: CallerConnection): void {
    this.count -= 1;
    if (connection.fingerprint === null) return;
    const same = this.byFingerprint.get(connection.fingerprint);
    same?.delete(connection);
    if (same?.size === 0) this.byFingerprint.delete(connection.fingerprint);
  }
}
