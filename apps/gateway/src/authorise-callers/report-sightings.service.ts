import type { RegistryEntry, Sighting } from '@sluice/contracts';
import type { Exchange } from '../answer-requests/exchange.js';
import type { CallerRegistry } from './authorise-caller.js';
import { blockOf } from '../accept-connections/address-caps.js';
import { describeCaller } from './describe-caller.js';
import { RecentCallers } from './recent-callers.js';

/** Reports leave at most this often: a flood of certificates must not become a flood of messages. */
const maxPerSecond = 200;
/** Of them for one address, so that a flood from one leaves room for a new system at another. */
const maxPerAddress = 20;

interface Reporter {
  readonly send: (sighting: Sighting) => Promise<void>;
  readonly registry: CallerRegistry;
  readonly onProblem: (error: unknown) => void;
  /** An unknown caller is not reported: there were too many lately. */
  readonly onFull: () => void;
}

/** Tells `console` who called, so that unknown pairs become integration requests and known ones are *last seen*. */
export class SightingReports {
  private readonly recent = new RecentCallers();
  private windowStartMs = 0;
  private sentInWindow = 0;
  private sentByAddress = new Map<string, number>();

  constructor(private readonly reporter: Reporter) {}

  /** `entry`: what the registry has of the pair; null when it is unknown there. */
  note(exchange: Exchange, sensorId: string, entry: RegistryEntry | null, status: number): void {
    const { fingerprint } = exchange.connection;
    if (fingerprint === null) return;
    const seen = { isKnown: entry !== null, status };
    if (!seen.isKnown && this.reporter.registry.settings.integrationRequests === 'closed') return;
    const pair = fingerprint + sensorId;
    if (!this.recent.isDue(pair, seen)) return;
    if (!this.hasRoom(exchange.connection.address)) {
      // A known one is only seen a little later.
      if (!seen.isKnown) this.reporter.onFull();
      return;
    }
    const sighting = describeCaller(exchange, sensorId, status);
    if (sighting === null) return;
    // Noted before it is sent: while the broker is slow, each pair still has one message on its way.
    this.recent.reported(pair, seen);
    this.reporter.send(sighting).catch((error: unknown) => {
      this.recent.forget(pair);
      this.reporter.onProblem(error);
    });
  }

  private hasRoom(address: string): boolean {
    const nowMs = performance.now();
    if (nowMs - this.windowStartMs >= 1000) {
      this.windowStartMs = nowMs;
      this.sentInWindow = 0;
      this.sentByAddress = new Map();
    }
    const block = blockOf(address);
    const ofAddress = this.sentByAddress.get(block) ?? 0;
    if (ofAddress >= maxPerAddress || this.sentInWindow >= maxPerSecond) return false;
    this.sentByAddress.set(block, ofAddress + 1);
    this.sentInWindow += 1;
    return true;
  }
}
