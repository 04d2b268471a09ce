import type { ScanSlots } from './scan-slots.js';

export interface WaitingMailDeps {
  readonly slots: Pick<ScanSlots, 'isMailHeldUp' | 'isMailAlone'>;
  /** Mails that no scanner has yet. Rejects while the broker is away. */
  readonly countWaiting: () => Promise<number>;
  readonly onChange: () => void;
}

const lookEveryMs = 250;

/**
 * Does mail wait in its queue while this scanner has no slot for it? What is handed out is in no one else's hands, so a
 * scanner takes no mail that it has no slot for, and does not see those that wait. It asks only while it has none, or while a
 * mail is alone, and then until there is none left: what becomes free meanwhile must not go to others.
 */
export class WaitingMail {
  private isSeen = false;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(private readonly deps: WaitingMailDeps) {}

  get isThere(): boolean {
    return this.isSeen;
  }

  /** To be called whenever a scan begins, waits or ends. */
  follow(): void {
    if (this.isStopped || this.timer !== null || !this.isWorthALook) return;
    this.timer = setTimeout(() => void this.look(), lookEveryMs);
    this.timer.unref();
  }

  stop(): void {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private get isWorthALook(): boolean {
    const { isMailHeldUp, isMailAlone } = this.deps.slots;
    return this.isSeen || isMailHeldUp || isMailAlone;
  }

  /** What cannot be asked for keeps nothing from others. */
  private async look(): Promise<void> {
    const count = this.isWorthALook ? await this.deps.countWaiting().catch(() => 0) : 0;
    if (this.isStopped) return;
    this.timer = null;
    const isSeen = count > 0;
    const isChanged = isSeen !== this.isSeen;
    this.isSeen = isSeen;
    if (isChanged) this.deps.onChange();
    this.follow();
  }
}
