import type { RegistryEntry, Sighting } from '@sluice/contracts';
import type { Exchange } from '../answer-requests/exchange.js';
import type { CallerRegistry } from './authorise-caller.js';
import { describeCaller } from './describe-caller.js';
import { RecentCallers } from './recent-callers.js';

/** Reports leave at most this often: a flood of certificates must not become a flood of messages. */
const maxPerSecond = 200;

interface Reporter {
  readonly send: (sighting: Sighting) => Promise<void>;
  readonly registry: CallerRegistry;
  readonly onProblem: (error: unknown) => void;
}

/** Tells `console` who called, so that unknown pairs become integration requests and known ones are *last seen*. */
export class SightingReports {
  private readonly recent = new RecentCallers();
  private windowStartMs = 0;
  private sentInWindow = 0;

  constructor(private readonly reporter: Reporter) {}

  /** `entry`: what the registry has of the pair; null when it is unknown there. */
  note(exchange: Exchange, sensorId: string, entry: RegistryEntry | null, status: number): void {
    const { fingerprint } = exchange.connection;
    if (fingerprint === null) return;
    const seen = { isKnown: entry !== null, status };
    if (!seen.isKnown && this.reporter.registry.settings.integrationRequests === 'closed') return;
    const pair = fingerprint + sensorId;
    if (!this.recent.isDue(pair, seen) || !this.hasRoom()) return;
    const sighting = describeCaller(exchange, sensorId, status);
    if (sighting === null) return;
    // Noted before it is sent: while the broker is slow, each pair still has one message on its way.
    this.recent.reported(pair, seen);
    this.reporter.send(sighting).catch((error: unknown) => {
      this.recent.forget(pair);
      this.reporter.onProblem(error);
    });
  }

  private hasRoom(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.windowStartMs >= 1000) {
      this.windowStartMs = nowMs;
      this.sentInWindow = 0;
    }
    this.sentInWindow += 1;
    return this.sentInWindow <= maxPerSecond;
  }
}
