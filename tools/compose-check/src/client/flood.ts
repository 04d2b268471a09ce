import { existsSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { Caller } from './scan-client.js';

export interface FloodOptions {
  /** Connections of each kind, every quarter of a second. */
  readonly atOnce: number;
  /** Goes on until this file exists. */
  readonly stopFile: string;
}

export interface FloodResult {
  readonly tried: number;
  /** Connections that were let in and open at one time. */
  readonly mostOpen: number;
  readonly handshakes: number;
  /** Answers 401. */
  readonly unauthorised: number;
  readonly seconds: number;
  /** How long before the end the last handshake was. */
  readonly secondsSinceHandshake: number;
}

const turnMs = 250;
const rejectedWithinMs = 5000;

/** A hostile caller: connections that say nothing, and one TLS handshake after another, each with requests no one accepted. */
export async function runFlood(caller: Caller, { atOnce, stopFile }: FloodOptions): Promise<FloodResult> {
  const flood = new Flood(caller);
  while (!existsSync(stopFile)) {
    for (let turn = 0; turn < atOnce; turn += 1) {
      flood.holdSilently();
      flood.askUnaccepted();
    }
    await new Promise((resolve) => setTimeout(resolve, turnMs));
    flood.look();
  }
  return flood.end();
}

class Flood {
  /** Since when, by `performance.now()`. */
  private readonly open = new Map<Socket, number>();
  private tried = 0;
  private mostOpen = 0;
  private handshakes = 0;
  private unauthorised = 0;
  private readonly startedMs = performance.now();
  private handshakeMs = this.startedMs;

  constructor(private readonly caller: Caller) {}

  holdSilently(): void {
    const { host, port } = this.caller;
    this.track(connectPlain({ host, port }));
  }

  askUnaccepted(): void {
    const { host, port, certPem: cert, keyPem: key } = this.caller;
    // The gateway made its own certificate; a flood does not care whom it floods.
    const socket = connectSecure({ host, port, cert, key, rejectUnauthorized: false });
    this.track(socket);
    const ask = (): void => {
      if (socket.writable) socket.write(`GET ${path} HTTP/1.1\r\nHost: flood\r\n\r\n`);
    };
    socket.once('secureConnect', () => {
      this.handshakes += 1;
      this.handshakeMs = performance.now();
      ask();
    });
    socket.on('data', (data: Buffer) => {
      this.unauthorised += data.toString('latin1').split('HTTP/1.1 401').length - 1;
      ask();
    });
  }

  /** A connection that is rejected is closed within this, however busy the machine; what is older was let in. */
  look(): void {
    const latestMs = performance.now() - rejectedWithinMs;
    const letIn = [...this.open.values()].filter((sinceMs) => sinceMs < latestMs).length;
    this.mostOpen = Math.max(this.mostOpen, letIn);
  }

  end(): FloodResult {
    for (const socket of this.open.keys()) socket.destroy();
    const { tried, mostOpen, handshakes, unauthorised } = this;
    const now = performance.now();
    return {
      tried,
      mostOpen,
      handshakes,
      unauthorised,
      seconds: (now - this.startedMs) / 1000,
      secondsSinceHandshake: (now - this.handshakeMs) / 1000,
    };
  }

  private track(socket: Socket): void {
    this.tried += 1;
    this.open.set(socket, performance.now());
    socket.on('error', () => {
      // Refused or reset, as it should be.
    });
    socket.once('close', () => this.open.delete(socket));
  }
}

const path = '/kata/scanner/v1/sensors/flood/scans/filters';
