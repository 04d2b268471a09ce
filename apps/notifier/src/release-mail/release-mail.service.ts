import type { Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { BackOff } from '@sluice/timing';
import { endAttempt, type ReleaseOutcome } from './end-attempt.js';
import { readKeptMail, type KeptMail, type KeptStore } from './read-kept-mail.js';
import { ReceiverState } from './receiver-state.js';
import { releasesAtOnce, type ReleaseTransport } from './release-transport.js';
import {
  claimReleases,
  claimScout,
  giveBackRelease,
  makeOthersDue,
  noteAway,
  noteWrapper,
  renewLeases,
  type ClaimedRelease,
  type ReleaseEnding,
} from './releases.query.js';
import { sendRefusal, sendRelease } from './send-release.js';
import { digestOfWrapped } from './wrap-mail.js';
import { WriteEndings } from './write-endings.js';
import { readHead } from './write-refusal.js';

export interface ReleaseMailOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** Opened anew when it does not answer. */
  readonly openStore: () => Promise<KeptStore>;
  readonly transport: ReleaseTransport;
  readonly from: string;
  /** A slot is free: something may be due that had to wait for it. */
  readonly onFree: () => void;
  /** What a killed instance had in hand is due again after it; renewed while a message is being sent. */
  readonly leaseMs?: number;
}

const defaultLeaseMs = 30_000;
/** Notifiers try for three days. */
const refusalWaitsForHeadMs = 24 * 3600_000;
const cannotRead = 'a kept mail cannot be read, its release waits';
/** Claimed ahead, so that no slot waits for a claim and many share one. */
const claimedAtOnce = 2 * releasesAtOnce;
/** A receiver that comes back is used within seconds, however long it was away. */
const awayPauses = { firstMs: 500, longestMs: 4000 };

/**
 * Sends what operators released. A release is leased, so that it survives the end of this process: a message whose answer
 * got lost with it is sent again, with the same Message-ID.
 *
 * While the receiver is away one release at a time is tried, another one each time: neither the others nor the receiver
 * are troubled by what cannot be sent now. While it puts everything off, one goes ahead of its time every few seconds.
 */
export class ReleaseMail {
  private readonly inFlight = new Map<string, Promise<void>>();
  /** Leased, and not begun. */
  private readonly waiting: { readonly claimed: ClaimedRelease; readonly claimedAtMs: number }[] = [];
  private readonly endings: WriteEndings;
  private readonly stopping = new AbortController();
  private readonly receiver = new ReceiverState();
  /** The release with which the receiver came back, while what waits for its time is not yet written down as due. */
  private backWith: string | null = null;
  private readonly awayPause = new BackOff(awayPauses);
  private awayUntilMs = 0;
  private renewedAtMs = 0;

  constructor(private readonly options: ReleaseMailOptions) {
    this.endings = new WriteEndings(options.database.query);
  }

  /** Takes what is due, and begins to send what has a slot. How many it took. */
  async run(): Promise<number> {
    await this.renew();
    const isAway = this.awayUntilMs > 0;
    if (Date.now() < this.awayUntilMs) return 0;
    const free = (isAway ? 1 : claimedAtOnce) - this.inFlight.size - this.waiting.length;
    // While there are some to go on with, a claim is worth it for several.
    if (free <= 0 || (this.waiting.length > 0 && free < releasesAtOnce / 2)) return 0;
    const claimedAtMs = Date.now();
    const { query } = this.options.database;
    await this.makeAllDue();
    const due = await claimReleases(query, free, this.leaseMs);
    const past = due.length > 0 || this.busy > 0 ? null : this.receiver.scoutPast(claimedAtMs);
    const taken = past === null ? due : await claimScout(query, past, this.leaseMs);
    this.waiting.push(...taken.map((claimed) => ({ claimed, claimedAtMs })));
    this.beginAll();
    return taken.length;
  }

  get busy(): number {
    return this.inFlight.size + this.waiting.length;
  }

  /** Waits for messages under way, up to `graceMs`; then they are given back. */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.stopping.abort(new Error('stopping')), graceMs);
    await this.giveBackWaiting();
    await Promise.all(this.inFlight.values());
    clearTimeout(timer);
    this.options.transport.close();
  }

  private get leaseMs(): number {
    return this.options.leaseMs ?? defaultLeaseMs;
  }

  private async renew(): Promise<void> {
    if (this.busy === 0 || Date.now() - this.renewedAtMs < this.leaseMs / 4) return;
    const leases = [...this.inFlight.keys(), ...this.waiting.map(({ claimed }) => claimed.lease)];
    const renewedAtMs = Date.now();
    await renewLeases(this.options.database.query, leases, this.leaseMs);
    this.renewedAtMs = renewedAtMs;
  }

  private beginAll(): void {
    while (this.inFlight.size < releasesAtOnce) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      // Another instance may have it by then, after a long standstill of this one.
      if (Date.now() < Math.max(next.claimedAtMs, this.renewedAtMs) + this.leaseMs) this.begin(next.claimed);
    }
  }

  private begin(claimed: ClaimedRelease): void {
    const work = this.attempt(claimed).finally(() => {
      this.inFlight.delete(claimed.lease);
      this.beginAll();
      this.options.onFree();
    });
    this.inFlight.set(claimed.lease, work);
  }

  /** Never rejects. */
  private async attempt(claimed: ClaimedRelease): Promise<void> {
    const { database, logger } = this.options;
    const fields = { release: claimed.id, scan: claimed.submissionId };
    try {
      const outcome = await this.send(claimed);
      this.noteReceiver(claimed, outcome);
      const ending =
        this.stopping.signal.aborted && !isTaken(outcome) ? null : this.endingOf(claimed, outcome);
      if (ending === null)
        return outcome.kind === 'away'
          ? await noteAway(database.query, claimed, outcome.answer)
          : await giveBackRelease(database.query, claimed);
      const isWritten = await this.endings.write(claimed, ending);
      if (!isWritten) logger.warn(fields, 'the lease of a release ended before the receiver answered');
      else logger.info({ ...fields, state: ending.state }, 'release attempted');
    } catch (err) {
      // Not written, or the store is away: the lease ends, and it is tried again.
      logger.warn({ ...fields, err }, 'release not attempted');
    }
  }

  private async send(claimed: ClaimedRelease): Promise<ReleaseOutcome> {
    const { openStore, transport, from, logger } = this.options;
    const mail = await readKeptMail(openStore, claimed);
    if (mail.kind === 'unreadable')
      // One line for each attempt, which are further and further apart.
      logger.error({ release: claimed.id, scan: claimed.submissionId, why: mail.why }, cannotRead);
    if (claimed.form === 'refusal' && isToldNow(claimed, mail)) {
      const head = mail.kind === 'kept' ? await readHead(await mail.read()) : Buffer.alloc(0);
      return sendRefusal(claimed, head, { transport, from, signal: this.stopping.signal });
    }
    if (mail.kind === 'kept' && claimed.form === 'attachment') await this.registerWrapper(claimed, mail);
    if (mail.kind === 'kept')
      return sendRelease(claimed, mail, { transport, from, signal: this.stopping.signal });
    const { why: answer } = mail;
    const outcome = mail.kind === 'gone' ? 'refused' : 'later';
    const answers = claimed.pending.map((recipient) => ({ recipient, outcome, answer }) as const);
    return { kind: 'answered', answers, by: 'sluice' };
  }

  private async registerWrapper(
    claimed: ClaimedRelease,
    mail: Extract<KeptMail, { kind: 'kept' }>,
  ): Promise<void> {
    const digest = await digestOfWrapped(claimed, mail, this.options.from);
    if (digest === claimed.wrapperDigest) return;
    if (await noteWrapper(this.options.database.query, claimed, digest)) return;
    throw new Error('the lease of a release ended before its mail was made');
  }

  /** A receiver that comes back once more while this is written down is noted again, not forgotten. */
  private async makeAllDue(): Promise<void> {
    const { backWith } = this;
    if (backWith === null) return;
    this.backWith = null;
    try {
      await makeOthersDue(this.options.database.query, backWith);
    } catch (error) {
      this.backWith ??= backWith;
      throw error;
    }
  }

  private noteReceiver({ id }: ClaimedRelease, outcome: ReleaseOutcome): void {
    const noted = this.receiver.note(outcome);
    if (noted === 'back') this.backWith = id;
    if (noted === 'put-off') this.options.transport.renew();
  }

  private endingOf(claimed: ClaimedRelease, outcome: ReleaseOutcome): ReleaseEnding | null {
    if (outcome.kind === 'away') this.noteAway(outcome.answer);
    else {
      this.awayUntilMs = 0;
      this.awayPause.reset();
    }
    return endAttempt(claimed, outcome, Date.now());
  }

  private noteAway(answer: string): void {
    const isKnown = this.awayUntilMs > 0;
    this.awayUntilMs = Date.now() + this.awayPause.nextMs();
    void this.giveBackWaiting();
    if (!isKnown) this.options.logger.warn({ answer }, 'the receiver of released mail is not reached');
  }

  /** What no slot has begun; another instance may have it. Never rejects: what is not given back is due when its lease ends. */
  private async giveBackWaiting(): Promise<void> {
    const { database, logger } = this.options;
    const given = this.waiting.splice(0).map(({ claimed }) => giveBackRelease(database.query, claimed));
    for (const { status } of await Promise.allSettled(given))
      if (status === 'rejected') logger.warn({}, 'a release was not given back, its lease ends first');
  }
}

/**
 * Of a mail that is gone the sender is told all the same, its headers are no more than a help. One that cannot be read today may
 * be tomorrow; afterwards the word counts more than the help.
 */
const isToldNow = ({ createdAt }: ClaimedRelease, { kind }: KeptMail): boolean =>
  kind !== 'unreadable' || Date.now() - createdAt.getTime() > refusalWaitsForHeadMs;

const isTaken = (outcome: ReleaseOutcome): boolean =>
  outcome.kind === 'answered' && outcome.answers.some((one) => one.outcome !== 'later');
