import { setTimeout as pause } from 'node:timers/promises';
import { firstAnswer, type AttemptContext } from './first-answer.js';
import { GatewayConnection } from './gateway-connection.js';
import type { GatewayAnswer, GatewayIdentity, GatewayRequest } from './gateway-connection.js';

export interface GatewaysOptions {
  readonly urls: readonly string[];
  readonly identity: GatewayIdentity;
  /** Called when a gateway cannot be asked, or can be again. */
  readonly onChange?: (url: string, error: Error | null) => void;
}

/** `away`: none of them answered, or all said that they cannot (5xx). */
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
 * off, or fails (5xx), and beside it when it is silent for longer than it should be. How long a 503 asks to wait is kept
 * to while another can be asked.
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
    const { hedgeMs, signal } = what;
    const attempts = this.awake().map(
      (gateway) => (context: AttemptContext) => this.tryOne(gateway, what, context),
    );
    const answer = await firstAnswer(attempts, { hedgeMs, signal });
    signal.throwIfAborted();
    if (answer !== null) return { kind: 'answered', answer };
    const next = Math.min(...this.gateways.map(({ restsUntilMs }) => restsUntilMs));
    // What failed at this one request alone is not asked for again without a pause either.
    const leastMs = attempts.length > 0 ? restMs : 0;
    return { kind: 'away', retryAfterMs: Math.max(leastMs, next - performance.now()) };
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
  private awake(): Gateway[] {
    const now = performance.now();
    return [...this.gateways.slice(this.preferred), ...this.gateways.slice(0, this.preferred)].filter(
      ({ restsUntilMs }) => restsUntilMs <= now,
    );
  }

  /** Null: it is the next one's turn. */
  private async tryOne(
    gateway: Gateway,
    what: GatewayRequest,
    { signal, onProgress }: AttemptContext,
  ): Promise<GatewayAnswer | null> {
    let movedAtMs = performance.now();
    const moved = (): void => {
      movedAtMs = performance.now();
      onProgress();
    };
    try {
      const answer = await gateway.connection.ask({ ...what, signal }, moved);
      this.note(gateway, null);
      if (answer.status < 500) {
        this.preferred = this.gateways.indexOf(gateway);
        return answer;
      }
      // 503 is about the gateway; another failure may be about this request, which another gateway may take.
      if (answer.status === 503) this.rest(gateway, (answer.retryAfterSeconds ?? 0) * 1000);
      return null;
    } catch (error) {
      // Overtaken by another before it was late, or no one waits any more: nothing is known of it.
      if (signal.aborted && performance.now() - movedAtMs < what.hedgeMs) return null;
      this.rest(gateway, restMs);
      this.note(gateway, signal.aborted ? new Error('no answer in time') : asError(error));
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

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
