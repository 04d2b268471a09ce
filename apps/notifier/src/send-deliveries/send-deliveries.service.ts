import { DatabaseError, type Database } from '@sluice/database';
import type { Notice } from '@sluice/notifications';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@sluice/runtime';
import { failed, type SendOptions, type SendOutcome } from '../deliver-notices/send-outcome.js';
import type { OpenSecrets } from '../keep-secrets/sealing-key.js';
import { MailTransports } from '../send-mail/mail-transports.js';
import { buildNotice } from './build-notice.js';
import { ChannelLane } from './channel-lane.js';
import { claimDeliveries, laneOf, type Claimed } from './claim.query.js';
import { finishDelivery, releaseDelivery, type Ending } from './finish.query.js';
import { nextAttempt } from './next-attempt.js';
import { attemptTimeoutMs, sendToChannel } from './send-to-channel.js';
import { WriteDelivered } from './write-delivered.js';

export interface SendDeliveriesOptions extends Omit<SendOptions, 'signal'> {
  readonly database: Database;
  readonly logger: Logger;
  readonly instance: string;
  readonly openSecrets: OpenSecrets;
  /** Told after each attempt. */
  readonly onAttempt: (channelKind: Claimed['channelKind'], ending: Ending['state']) => void;
  /** A slot is free: something may be due that had to wait for it. */
  readonly onFree: () => void;
  /** Longer than any attempt; what a killed instance had in hand is due again after it. */
  readonly leaseMs?: number;
}

/** Of one channel: sent at once, and claimed besides while it is quick. */
const slots = { regular: 4, test: 2 } as const;
const aheadAtMost = { regular: 12, test: 0 } as const;
const defaultLeaseMs = 2 * attemptTimeoutMs;
/** How long the outcome of an attempt is tried to be written; together with the attempt about as long as a lease. */
const writeForMs = 25_000;
const writePauseMs = { first: 400, longest: 3000 } as const;

/**
 * Sends what is due. Each channel has slots of its own, so a slow or dead receiver holds up no one else; a delivery is
 * leased, so that it survives the end of this process. What is claimed ahead of the slots goes back when its channel fails.
 */
export class SendDeliveries {
  private readonly lanes = new Map<string, ChannelLane>();
  private readonly delivered: WriteDelivered;
  /** Attempts, and what is given back. */
  private readonly works = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly transports = new MailTransports();

  constructor(private readonly options: SendDeliveriesOptions) {
    this.delivered = new WriteDelivered(options.database);
  }

  /** Takes what is due, some of it ahead of the slots, and begins to send it. */
  async run(): Promise<void> {
    const { database, instance } = this.options;
    const claimed = await claimDeliveries(database.query, {
      instance,
      leaseMs: this.leaseMs,
      slots,
      lanes: this.lanes,
    });
    for (const one of claimed) this.laneFor(one).add(one);
    for (const lane of this.lanes.values()) {
      for (const stale of lane.takeStale()) this.track(this.giveBack(stale));
      this.beginAll(lane);
    }
  }

  get busy(): number {
    const waiting = [...this.lanes.values()].reduce((sum, lane) => sum + lane.waitingCount, 0);
    return this.works.size + waiting;
  }

  /** Waits for attempts under way, up to `graceMs`; then they are given back. */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.stopping.abort(new Error('stopping')), graceMs);
    for (const lane of this.lanes.values()) this.giveBackWaiting(lane);
    await Promise.all(this.works);
    clearTimeout(timer);
    this.transports.close();
  }

  private get leaseMs(): number {
    return this.options.leaseMs ?? defaultLeaseMs;
  }

  private laneFor({ channelId, kind }: Claimed): ChannelLane {
    const name = `${channelId} ${laneOf(kind)}`;
    const lane =
      this.lanes.get(name) ??
      new ChannelLane({
        slots: slots[laneOf(kind)],
        aheadAtMost: aheadAtMost[laneOf(kind)],
        longestWaitMs: this.leaseMs / 12,
      });
    this.lanes.set(name, lane);
    return lane;
  }

  private beginAll(lane: ChannelLane): void {
    for (let next = lane.begin(); next !== undefined; next = lane.begin())
      this.track(this.attempt(next, lane), () => {
        lane.written();
        if (lane.isClaimDue) this.options.onFree();
      });
  }

  /** Of work that never rejects. */
  private track(work: Promise<void>, then?: () => void): void {
    const tracked = work.finally(() => {
      this.works.delete(tracked);
      then?.();
    });
    this.works.add(tracked);
  }

  private giveBackWaiting(lane: ChannelLane): void {
    for (const claimed of lane.takeWaiting()) this.track(this.giveBack(claimed));
  }

  /** Never rejects: what is not given back is due when its lease ends. */
  private async giveBack(claimed: Claimed): Promise<void> {
    await releaseDelivery(this.options.database, claimed).catch((err: unknown) =>
      this.options.logger.warn({ err, delivery: claimed.id }, 'a delivery was not given back'),
    );
  }

  /** Frees the slot for the next. */
  private async sendInSlot(claimed: Claimed, lane: ChannelLane): Promise<SendOutcome | null> {
    let outcome: SendOutcome | null = null;
    const begunAtMs = performance.now();
    try {
      outcome = await this.send(claimed);
      return outcome;
    } finally {
      lane.sent({ isDelivered: outcome?.kind === 'delivered', tookMs: performance.now() - begunAtMs });
      // Those in the slots are enough to see that a channel is away.
      if (outcome?.kind === 'failed' && !outcome.isPermanent) this.giveBackWaiting(lane);
      this.beginAll(lane);
      // The next are claimed before the slots are empty.
      if (lane.isClaimDue) this.options.onFree();
    }
  }

  /** Never rejects. */
  private async attempt(claimed: Claimed, lane: ChannelLane): Promise<void> {
    const { logger, onAttempt } = this.options;
    const fields = { delivery: claimed.id, channel: claimed.channelId, attempt: claimed.attempts };
    try {
      const outcome = await this.sendInSlot(claimed, lane);
      if (outcome !== null && outcome.kind === 'failed' && this.stopping.signal.aborted)
        return await releaseDelivery(this.options.database, claimed);
      const ending = endingOf(claimed, outcome);
      onAttempt(claimed.channelKind, ending.state);
      await this.write(claimed, ending);
      logger.info({ ...fields, state: ending.state }, 'notification attempted');
    } catch (err) {
      // Not written: the lease ends, and it is sent again.
      logger.warn({ ...fields, err }, 'outcome of a notification not written');
    }
  }

  /** Null: no one wants it any more. */
  private async send(claimed: Claimed): Promise<SendOutcome | null> {
    const { rule } = claimed;
    if (rule === null && claimed.kind !== 'test') return null;
    const notice = await this.readNotice(claimed);
    if (notice === null) return failed('the event of this delivery cannot be read', { isPermanent: true });
    const outgoing = {
      deliveryId: claimed.id,
      notice,
      ruleName: rule?.name ?? null,
      subject: rule?.subject ?? null,
      to: rule?.recipients ?? claimed.recipients,
    };
    return sendToChannel(claimed, outgoing, {
      ...this.options,
      transports: this.transports,
      signal: this.stopping.signal,
    });
  }

  /** Null: what was stored is not what this build understands. */
  private async readNotice(claimed: Claimed): Promise<Notice | null> {
    try {
      return await buildNotice(this.options.database.query, claimed);
    } catch (error) {
      if (error instanceof DatabaseError) throw error;
      this.options.logger.error({ err: error, delivery: claimed.id }, 'event of a delivery not readable');
      return null;
    }
  }

  private async writeOnce(claimed: Claimed, ending: Ending): Promise<void> {
    if (ending.state === 'delivered' && !withParts.includes(claimed.kind))
      await this.delivered.write(claimed, ending.answer);
    else await finishDelivery(this.options.database, claimed, ending);
  }

  /** The database may be away just now; the receiver should not get the message again for that. */
  private async write(claimed: Claimed, ending: Ending): Promise<void> {
    const giveUpAtMs = Date.now() + writeForMs;
    for (let pauseMs: number = writePauseMs.first; ; pauseMs = Math.min(2 * pauseMs, writePauseMs.longest)) {
      try {
        await this.writeOnce(claimed, ending);
        return;
      } catch (error) {
        if (this.stopping.signal.aborted || Date.now() + pauseMs > giveUpAtMs) throw error;
        await pause(pauseMs);
      }
    }
  }
}

/** What others may be a part of. */
const withParts: readonly Claimed['kind'][] = ['digest', 'held-back'];

function endingOf(claimed: Claimed, outcome: SendOutcome | null): Ending {
  if (outcome === null) return { state: 'cancelled', answer: 'the rule is gone or switched off' };
  const { answer } = outcome;
  if (outcome.kind === 'delivered') return { state: 'delivered', answer };
  if (outcome.isPermanent || claimed.kind === 'test') return { state: 'dead', answer, isChannelAway: false };
  const atMs = nextAttempt({
    attempts: claimed.attempts,
    firstAttemptAtMs: claimed.firstAttemptAt.getTime(),
    nowMs: Date.now(),
    retryAfterMs: outcome.retryAfterMs,
  });
  return atMs === null ? { state: 'dead', answer, isChannelAway: true } : { state: 'again', answer, atMs };
}
