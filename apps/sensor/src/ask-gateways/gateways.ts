import { setTimeout as pause } from 'node:timers/promises';
import { GatewayConnection } from './gateway-connection.js';
import type { GatewayAnswer, GatewayIdentity, GatewayRequest } from './gateway-connection.js';

export interface GatewaysOptions {
  readonly urls: readonly string[];
  readonly identity: GatewayIdentity;
  /** Called when a gateway cannot be asked, or can be again. */
  readonly onChange?: (url: string, error: Error | null) => void;
}

/** `away`: none of them answered, or all said that they cannot right now (503). */
export type AskOutcome =
  | { readonly kind: 'answered'; readonly answer: GatewayAnswer }
  | { readonly kind: 'away'; readonly retryAfterMs: number };

interface Gateway {
  readonly connection: GatewayConnection;
  /** Until then it is only asked when all are resting; `performance.now()`. */
  restsUntilMs: number;
  isAway: boolean;
}

const restMs = 1000;
/** An answer at the very end of the time still counts. */
const lateMarginMs = 500;
const mostRestMs = 60_000;

/**
 * Several gateways as one: the one that answered last first, the next at once when it refuses the connection, breaks
 * off, or says 503. How long a 503 asks to wait is kept to while another can be asked.
 */
export class Gateways {
  private readonly gateways: Gateway[];
  private preferred = 0;

  constructor(private readonly options: GatewaysOptions) {
    this.gateways = options.urls.map((url) => ({
      connection: new GatewayConnection(url, options.identity),
      restsUntilMs: 0,
      isAway: false,
    }));
  }

  /** One round. Rejects only when `signal` is aborted. */
  async ask(what: GatewayRequest): Promise<AskOutcome> {
    for (const [index, gateway] of this.awake()) {
      const answer = await this.tryOne(gateway, what);
      what.signal.throwIfAborted();
      if (answer === null) continue;
      if (answer.status === 503) {
        this.rest(gateway, (answer.retryAfterSeconds ?? 0) * 1000);
        continue;
      }
      this.preferred = index;
      return { kind: 'answered', answer };
    }
    const next = Math.min(...this.gateways.map(({ restsUntilMs }) => restsUntilMs));
    return { kind: 'away', retryAfterMs: Math.max(0, next - performance.now()) };
  }

  /** Rounds until one is answered; null when `deadlineMs` (`performance.now()`) is over. */
  async askUntil(
    what: (leftMs: number) => GatewayRequest,
    deadlineMs: number,
  ): Promise<GatewayAnswer | null> {
    for (;;) {
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return null;
      const request = what(leftMs);
      const outcome = await this.askWithin(request, leftMs);
      if (outcome === 'late') return null;
      if (outcome.kind === 'answered') return outcome.answer;
      const waitMs = Math.min(outcome.retryAfterMs, deadlineMs - performance.now());
      if (waitMs > 0) await pause(waitMs, undefined, { signal: request.signal });
    }
  }

  /** A gateway that says nothing must not cost more than what is left. */
  private async askWithin(request: GatewayRequest, leftMs: number): Promise<AskOutcome | 'late'> {
    const late = AbortSignal.timeout(Math.ceil(leftMs) + lateMarginMs);
    try {
      return await this.ask({ ...request, signal: AbortSignal.any([request.signal, late]) });
    } catch (error) {
      if (request.signal.aborted || !late.aborted) throw error;
      return 'late';
    }
  }

  close(): void {
    for (const { connection } of this.gateways) connection.close();
  }

  /** From the preferred one on, without those that rest. */
  private *awake(): Iterable<[number, Gateway]> {
    const now = performance.now();
    for (let step = 0; step < this.gateways.length; step += 1) {
      const index = (this.preferred + step) % this.gateways.length;
      const gateway = this.gateways[index] as Gateway;
      if (gateway.restsUntilMs <= now) yield [index, gateway];
    }
  }

  private async tryOne(gateway: Gateway, what: GatewayRequest): Promise<GatewayAnswer | null> {
    try {
      const answer = await gateway.connection.ask(what);
      this.note(gateway, null);
      return answer;
    } catch (error) {
      if (what.signal.aborted) return null;
      this.rest(gateway, restMs);
      this.note(gateway, error instanceof Error ? error : new Error(String(error)));
      return null;
    }
  }

  private rest(gateway: Gateway, ms: number): void {
    gateway.restsUntilMs = performance.now() + Math.min(Math.max(ms, restMs), mostRestMs);
  }

  private note(gateway: Gateway, error: Error | null): void {
    const isAway = error !== null;
    if (gateway.isAway !== isAway) this.options.onChange?.(gateway.connection.url, error);
    gateway.isAway = isAway;
  }
}
