import { DatabaseError, type Database } from '@sluice/database';
import type { Notice } from '@sluice/notifications';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@sluice/runtime';
import { failed, type SendOptions, type SendOutcome } from '../deliver-notices/send-outcome.js';
import type { OpenSecrets } from '../keep-secrets/sealing-key.js';
import { MailTransports } from '../send-mail/mail-transports.js';
import { buildNotice } from './build-notice.js';
import { claimDeliveries, laneOf, type Claimed } from './claim.query.js';
import { finishDelivery, releaseDelivery, type Ending } from './finish.query.js';
import { nextAttempt } from './next-attempt.js';
import { attemptTimeoutMs, sendToChannel } from './send-to-channel.js';

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

const slots = { regular: 4, test: 2 } as const;
const defaultLeaseMs = 2 * attemptTimeoutMs;
/** How long the outcome of an attempt is tried to be written; together with the attempt about as long as a lease. */
const writeForMs = 25_000;
const writePauseMs = { first: 400, longest: 3000 } as const;

/**
 * Sends what is due. Each channel has slots of its own, so a slow or dead receiver holds up no one else; a delivery is
 * leased, so that it survives the end of this process.
 */
export class SendDeliveries {
  private readonly inFlight = new Map<string, number>();
  private readonly sendsInFlight = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly transports = new MailTransports();

  constructor(private readonly options: SendDeliveriesOptions) {}

  /** Takes what is due and has a slot, and begins to send it. How many. */
  async run(): Promise<number> {
    const { database, instance, leaseMs = defaultLeaseMs } = this.options;
    const claimed = await claimDeliveries(database.query, {
      instance,
      leaseMs,
      slots,
      inFlight: this.inFlight,
    });
    for (const one of claimed) this.begin(one);
    return claimed.length;
  }

  get busy(): number {
    return this.sendsInFlight.size;
  }

  /** Waits for attempts under way, up to `graceMs`; then they are given back. */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.stopping.abort(new Error('stopping')), graceMs);
    await Promise.all(this.sendsInFlight);
    clearTimeout(timer);
    this.transports.close();
  }

  private begin(claimed: Claimed): void {
    const slot = `${claimed.channelId} ${laneOf(claimed.kind)}`;
    this.inFlight.set(slot, (this.inFlight.get(slot) ?? 0) + 1);
    const work = this.attempt(claimed).finally(() => {
      this.inFlight.set(slot, (this.inFlight.get(slot) ?? 1) - 1);
      this.sendsInFlight.delete(work);
      this.options.onFree();
    });
    this.sendsInFlight.add(work);
  }

  /** Never rejects. */
  private async attempt(claimed: Claimed): Promise<void> {
    const { logger, onAttempt } = this.options;
    const fields = { delivery: claimed.id, channel: claimed.channelId, attempt: claimed.attempts };
    try {
      const outcome = await this.send(claimed);
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

  /** The database may be away just now; the receiver should not get the message again for that. */
  private async write(claimed: Claimed, ending: Ending): Promise<void> {
    const giveUpAtMs = Date.now() + writeForMs;
    for (let pauseMs: number = writePauseMs.first; ; pauseMs = Math.min(2 * pauseMs, writePauseMs.longest)) {
      try {
        await finishDelivery(this.options.database, claimed, ending);
        return;
      } catch (error) {
        if (this.stopping.signal.aborted || Date.now() + pauseMs > giveUpAtMs) throw error;
        await pause(pauseMs);
      }
    }
  }
}

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
