import type { FinishedHint } from '@sluice/contracts';
import type { AcceptedCaller } from '../authorise-callers/authorise-caller.js';
import type { HoldLimits } from '../gateway-limits.js';
import { Bell } from './bell.js';
import { holdTimeMs, recheckAfterMs } from './hold-time.js';

export interface HoldOptions<Result> {
  readonly caller: Pick<AcceptedCaller, 'registrationId' | 'type'>;
  /** Null: any scan that ends may be what is waited for. */
  readonly scanId: string | null;
  readonly waitMs: number;
  /** The caller is gone: no one waits any more. */
  readonly gone: AbortSignal;
  /** Asked at once, on every hint, and now and then. */
  readonly look: () => Promise<Result>;
  readonly isEnough: (result: Result) => boolean;
}

/** Scans that ended. Without `scans`, any of these registrations may be meant. */
export type EndedScans = Pick<FinishedHint, 'registrationIds' | 'scans'>;

interface Waiter {
  readonly scanId: string | null;
  readonly bell: Bell;
}

/** Requests that wait for something to happen (`wait=SECONDS`). */
export class HeldRequests {
  private readonly waiters = new Map<string, Set<Waiter>>();
  private isStopping = false;

  constructor(
    private readonly limits: HoldLimits,
    private readonly events: {
      readonly onCount?: (change: 1 | -1) => void;
      /** A request was not held, since its system holds as many as it may. */
      readonly onFull?: () => void;
    } = {},
  ) {}

  /** A hint that these scans ended. */
  wake({ registrationIds, scans }: EndedScans): void {
    const ended = scans === undefined ? null : new Set(scans.map((scan) => keyOf(scan)));
    for (const registrationId of registrationIds)
      for (const { scanId, bell } of this.waiters.get(registrationId) ?? [])
        if (scanId === null || (ended?.has(keyOf({ registrationId, scanId })) ?? true)) bell.ring();
  }

  /** Everything that waits is answered as things are now, and nothing waits from here on. */
  stop(): void {
    this.isStopping = true;
    this.wake({ registrationIds: [...this.waiters.keys()] });
  }

  /**
   * The last look's result when it is enough or the time is up. When the system holds as many as it may: of a mail
   * sensor the first look's result, of others `too-many`.
   */
  async hold<Result>(options: HoldOptions<Result>): Promise<Result | 'too-many'> {
    const startedAtMs = performance.now();
    const first = await options.look();
    if (options.isEnough(first) || options.waitMs <= 0) return first;
    const { registrationId, type } = options.caller;
    const waiters = this.waiters.get(registrationId) ?? new Set();
    const max = type === 'mail' ? this.limits.maxPerMailSensor : this.limits.maxPerSystem;
    if (waiters.size >= max) {
      this.events.onFull?.();
      return type === 'mail' ? first : 'too-many';
    }
    const waitMs = type === 'mail' ? holdTimeMs(options.waitMs, { held: waiters.size, max }) : options.waitMs;
    const waiter = { scanId: options.scanId, bell: new Bell(options.gone) };
    this.waiters.set(registrationId, waiters.add(waiter));
    this.events.onCount?.(1);
    try {
      return await this.lookUntil(options, waiter.bell, startedAtMs + waitMs);
    } finally {
      this.events.onCount?.(-1);
      waiter.bell.remove();
      waiters.delete(waiter);
      if (waiters.size === 0) this.waiters.delete(registrationId);
    }
  }

  private async lookUntil<Result>(
    { look, isEnough, gone, caller }: HoldOptions<Result>,
    bell: Bell,
    deadlineMs: number,
  ): Promise<Result> {
    for (;;) {
      // The bell is up since before this look: what ends during it rings for the next one.
      const result = await look();
      const leftMs = deadlineMs - performance.now();
      if (isEnough(result) || leftMs <= 0 || gone.aborted || this.isStopping) return result;
      const held = this.waiters.get(caller.registrationId)?.size ?? 0;
      await bell.wait(Math.min(leftMs, recheckAfterMs(this.limits, held)));
    }
  }
}

const keyOf = ({ registrationId, scanId }: { registrationId: string; scanId: string }): string =>
  `${registrationId} ${scanId}`;
