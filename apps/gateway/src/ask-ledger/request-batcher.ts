import { LedgerError } from './ledger.js';

export interface RequestBatcherOptions<Item, Outcome> {
  readonly isConnected: () => boolean;
  /** One outcome per item, in order. */
  readonly send: (items: Item[], timeoutMs: number) => Promise<readonly Outcome[]>;
  /** Items with the same key never travel in one message; null: no such bond. */
  readonly keyOf: (item: Item) => string | null;
  readonly maxItems: number;
  readonly maxMessages: number;
  readonly maxWaiting: number;
  /**
   * While several share messages the next message waits this long for more of them; 0: never. A lone request after a
   * message of one, or after a pause, leaves at once.
   */
  readonly fillMs?: number;
  /** From asking to giving up, however long of it was spent waiting for a message. */
  readonly timeoutMs: number;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly key: string | null;
  readonly sinceMs: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: LedgerError) => void;
}

/**
 * Lets concurrent requests share messages. A lone request leaves at once; while `maxMessages` are on their way the
 * next ones gather, so messages grow exactly when the ledger is the slower side. Just after a message of more than one
 * left or was answered others are about to come: a message that is not full waits for them. Nothing is sent while
 * disconnected.
 */
export class RequestBatcher<Item, Outcome> {
  private waiting: Waiting<Item, Outcome>[] = [];
  private inFlight = 0;
  private isScheduled = false;
  private fillUntilMs = Number.NEGATIVE_INFINITY;
  private fillTimer: NodeJS.Timeout | null = null;

  constructor(private readonly options: RequestBatcherOptions<Item, Outcome>) {}

  ask(item: Item): Promise<Outcome> {
    if (!this.options.isConnected()) return Promise.reject(new LedgerError('unsent', 'not connected'));
    if (this.waiting.length >= this.options.maxWaiting)
      return Promise.reject(new LedgerError('unsent', 'too many requests wait for the ledger'));
    return new Promise((resolve, reject) => {
      const key = this.options.keyOf(item);
      this.waiting.push({ item, key, sinceMs: performance.now(), resolve, reject });
      this.schedule();
    });
  }

  /** Requests of the same turn of the event loop share a message; that costs a lone one nothing. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    queueMicrotask(() => {
      this.isScheduled = false;
      while (this.waiting.length > 0 && this.inFlight < this.options.maxMessages) {
        if (this.mustFill()) return;
        void this.sendNext();
      }
    });
  }

  /** Comes back by itself when the time to fill is over. */
  private mustFill(): boolean {
    const leftMs = this.fillUntilMs - performance.now();
    if (leftMs <= 0 || this.waiting.length >= this.options.maxItems) return false;
    this.fillTimer ??= setTimeout(() => {
      this.fillTimer = null;
      this.schedule();
    }, leftMs);
    return true;
  }

  /** What waits already is not made to wait longer by the next answer. */
  private fillAfter(batch: readonly unknown[]): void {
    if (batch.length > 1 && this.fillTimer === null)
      this.fillUntilMs = performance.now() + (this.options.fillMs ?? 0);
  }

  private async sendNext(): Promise<void> {
    const batch = this.takeBatch();
    const [oldest] = batch;
    if (oldest === undefined) return;
    this.inFlight += 1;
    this.fillAfter(batch);
    try {
      const timeoutMs = Math.ceil(oldest.sinceMs + this.options.timeoutMs - performance.now());
      const outcomes = await this.options.send(
        batch.map(({ item }) => item),
        timeoutMs,
      );
      if (outcomes.length !== batch.length) throw new LedgerError('unknown', 'wrong number of outcomes');
      batch.forEach((one, index) => one.resolve(outcomes[index] as Outcome));
    } catch (cause) {
      const error =
        cause instanceof LedgerError ? cause : new LedgerError('unknown', 'no outcome came back', { cause });
      for (const one of batch) one.reject(error);
    } finally {
      this.inFlight -= 1;
      this.fillAfter(batch);
      this.schedule();
    }
  }

  private takeBatch(): Waiting<Item, Outcome>[] {
    if (!this.options.isConnected()) this.refuse(this.waiting.splice(0), 'not connected');
    // A message needs some time to come back; what has less of it left is better refused than left in doubt.
    const deadlineMs = performance.now() - this.options.timeoutMs * 0.8;
    this.refuse(
      this.waiting.filter((one) => one.sinceMs <= deadlineMs),
      'the ledger is too slow',
    );
    const keys = new Set<string>();
    const batch: Waiting<Item, Outcome>[] = [];
    const left: Waiting<Item, Outcome>[] = [];
    for (const one of this.waiting.filter((waiting) => waiting.sinceMs > deadlineMs)) {
      const isTaken = batch.length < this.options.maxItems && (one.key === null || !keys.has(one.key));
      (isTaken ? batch : left).push(one);
      if (one.key !== null) keys.add(one.key);
    }
    this.waiting = left;
    return batch;
  }

  private refuse(items: readonly Waiting<Item, Outcome>[], message: string): void {
    for (const one of items) one.reject(new LedgerError('unsent', message));
  }
}
