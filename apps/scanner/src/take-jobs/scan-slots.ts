import type { JobQueueKind } from '@sluice/contracts';

export interface SlotCounts {
  /** Ordinary slots: scans of the light queue, and mail while none of the light queue is in them. */
  readonly light: number;
  /** Slots that only mail uses, on top. */
  readonly mail: number;
}

export interface SlotTimes {
  /** What was handed out before a mail came goes first after this, lest the broker's search for lost work finds it. */
  readonly patienceMs: number;
  /** Who has to be alone waits so long for mail that comes back together with it: that goes first. */
  readonly suspectMs: number;
}

export interface Entry {
  readonly queue: JobQueueKind;
  readonly isAlone: boolean;
  /** Without a slot by then it gives up; default: it waits for ever. */
  readonly maxWaitMs?: number;
}

/** Of a scan that runs. */
export interface HeldSlot {
  /** The scan ends before its engine does: its slot stays shut to others than mail until this has settled. */
  keepFromOthers(until: Promise<unknown>): void;
  /** Gives the slot up and resolves when this scan has one alone: what it does before must not matter any more. */
  becomeAlone(): Promise<void>;
}

interface Waiting extends Entry {
  readonly sinceMs: number;
  readonly enter: (hasSlot: boolean) => void;
}

const usualTimes: SlotTimes = { patienceMs: 10_000, suspectMs: 1000 };

/**
 * Decides which scan begins on this scanner.
 *
 * | scan             | begins while                                                                                    |
 * |------------------|-------------------------------------------------------------------------------------------------|
 * | of mail          | a slot of mail is free, or an ordinary one; before all others                                     |
 * | of light         | an ordinary slot is free that no mail takes first, nor is kept for mail that waits for scanners to |
 * |                  | become free (unless it has waited for `patienceMs` itself)                                        |
 * | of heavy         | always: the queue's prefetch is its number of slots                                               |
 * | of others, alone | no other scan runs but mail in its own slots, and no mail is there (or for `patienceMs`)          |
 * | of mail, alone   | no other mail runs; it does not wait for others                                                   |
 *
 * Alone: an object that may have brought down a scanner must not take others with it. Whoever waits to be alone keeps
 * new ones of its kind from starting. Mail does not wait for others that run alone: it would wait for as long as a scan
 * may take, so a scan that ends its process can take a mail with it; the mail is then first.
 */
export class ScanSlots {
  private readonly running: Record<JobQueueKind, number> = { light: 0, heavy: 0, mail: 0 };
  private readonly mail: Waiting[] = [];
  private readonly others: Waiting[] = [];
  private readonly alone = { mail: false, others: false };
  /** Engines still at work on objects of scans that have ended. */
  private lingering = 0;
  private isKeptForMail = false;
  private timer: NodeJS.Timeout | null = null;
  private listener: () => void = () => undefined;

  constructor(
    private readonly counts: SlotCounts,
    private readonly times: SlotTimes = usualTimes,
  ) {}

  /** Scans running. */
  get busy(): number {
    return this.running.light + this.running.heavy + this.running.mail;
  }

  /** A mail is here and has no slot, or the next one would have none, or one waits in its queue behind one that is alone here. */
  get isMailHeldUp(): boolean {
    const isBehindOneAlone = this.alone.mail && this.isKeptForMail;
    return this.mail.length > 0 || isBehindOneAlone || !this.hasRoomFor('mail');
  }

  /** A mail is here and has no slot. */
  get isMailWaiting(): boolean {
    return this.mail.length > 0;
  }

  /** A mail runs alone or waits to: what is handed out meanwhile would wait for it here, and other scanners may be free. */
  get isMailAlone(): boolean {
    return this.alone.mail || this.mail.some((one) => one.isAlone);
  }

  /** Others leave an ordinary slot to mail, and no mail keeps the others out. */
  get isOpenToMail(): boolean {
    return this.running.light < this.counts.light && !this.isOrdinaryShut && !this.isMailAlone;
  }

  /** Mail waits in its queue: nothing of others begins in ordinary slots until it has them, or is gone. */
  keepForMail(isKept: boolean): void {
    this.isKeptForMail = isKept;
    this.admit();
  }

  /** Called whenever a scan begins, waits or ends. */
  onChange(listener: () => void): void {
    this.listener = listener;
  }

  /** Null: it got no slot within its `maxWaitMs`, and nothing was begun. */
  async run<Result>(entry: Entry, work: (slot: HeldSlot) => Promise<Result>): Promise<Result | null> {
    if (!(await this.enter(entry))) return null;
    let held = entry;
    const becomeAlone = async (): Promise<void> => {
      if (held.isAlone) return;
      this.leave(held);
      held = { queue: entry.queue, isAlone: true };
      await this.enter(held);
    };
    try {
      return await work({ keepFromOthers: (until) => this.linger(until), becomeAlone });
    } finally {
      this.leave(held);
    }
  }

  private enter(entry: Entry): Promise<boolean> {
    return new Promise((resolve) => {
      const line = entry.queue === 'mail' ? this.mail : this.others;
      const enter = (hasSlot: boolean): void => {
        clearTimeout(timer);
        resolve(hasSlot);
      };
      const waiting: Waiting = { ...entry, sinceMs: performance.now(), enter };
      const { maxWaitMs } = entry;
      const timer =
        maxWaitMs === undefined ? undefined : setTimeout(() => this.giveUp(line, waiting), maxWaitMs);
      line.push(waiting);
      this.admit();
    });
  }

  private giveUp(line: Waiting[], waiting: Waiting): void {
    line.splice(line.indexOf(waiting), 1);
    waiting.enter(false);
    this.admit();
  }

  private leave({ queue, isAlone }: Entry): void {
    this.running[queue] -= 1;
    if (isAlone) this.alone[queue === 'mail' ? 'mail' : 'others'] = false;
    this.admit();
  }

  private linger(until: Promise<unknown>): void {
    this.lingering += 1;
    const end = (): void => {
      this.lingering -= 1;
      this.admit();
    };
    until.then(end, end);
  }

  private admit(): void {
    // A slot that becomes free goes to whoever has lost his patience.
    if (this.others.some((one) => this.isPatienceOver(one))) this.admitOthers();
    this.admitMail();
    this.admitOthers();
    this.lookAgain();
    this.listener();
  }

  private admitMail(): void {
    for (let next = this.mail[0]; next !== undefined; next = this.mail[0]) {
      const fits = next.isAlone ? this.running.mail === 0 : this.hasRoomFor('mail');
      if (!fits || this.alone.mail) return;
      this.mail.shift();
      this.begin(next);
    }
  }

  private admitOthers(): void {
    for (const next of [...this.others]) {
      if (this.alone.others || this.alone.mail) return;
      if (next.isAlone && !this.mayBeAlone(next)) return;
      if (!next.isAlone && !this.mayBegin(next)) continue;
      this.others.splice(this.others.indexOf(next), 1);
      this.begin(next);
    }
  }

  private begin({ queue, isAlone, enter }: Waiting): void {
    this.running[queue] += 1;
    if (isAlone) this.alone[queue === 'mail' ? 'mail' : 'others'] = true;
    enter(true);
  }

  private mayBegin(next: Waiting): boolean {
    if (next.queue === 'heavy') return true;
    return this.hasRoomFor('light') && (!this.isKeptForMail || this.isPatienceOver(next));
  }

  private mayBeAlone(next: Waiting): boolean {
    const isMailAway = this.mail.length === 0 && this.running.mail === 0;
    const isQuiet = isMailAway && performance.now() - next.sinceMs >= this.times.suspectMs;
    const hasOthers = this.running.light + this.running.heavy + this.mailInOrdinary > 0;
    return !hasOthers && (isQuiet || this.isPatienceOver(next));
  }

  private isPatienceOver({ sinceMs }: Waiting): boolean {
    return performance.now() - sinceMs >= this.times.patienceMs;
  }

  /** Mail fills its own slots first. */
  private get mailInOrdinary(): number {
    return Math.max(0, this.running.mail - this.counts.mail);
  }

  private hasRoomFor(queue: 'mail' | 'light'): boolean {
    const { light, mail } = this.counts;
    const taken = this.running.light + this.mailInOrdinary;
    if (queue === 'light') return taken + this.lingering < light;
    return this.running.mail < mail || (taken < light && !this.isOrdinaryShut);
  }

  /** Somebody is alone in the ordinary slots, or must be by now, and has to wait for mail in them only. */
  private get isOrdinaryShut(): boolean {
    if (this.alone.others) return true;
    const isForMail = this.running.light + this.running.heavy === 0;
    return isForMail && this.others.some((one) => one.isAlone && this.isPatienceOver(one));
  }

  /** Patience ends without anything happening. */
  private lookAgain(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const nowMs = performance.now();
    const waits = this.others
      .flatMap(({ sinceMs }) => [sinceMs + this.times.suspectMs, sinceMs + this.times.patienceMs])
      .filter((atMs) => atMs > nowMs && Number.isFinite(atMs));
    if (waits.length === 0) return;
    this.timer = setTimeout(() => this.admit(), Math.min(...waits) - nowMs + 1);
    this.timer.unref();
  }
}
