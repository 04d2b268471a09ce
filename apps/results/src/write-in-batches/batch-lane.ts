import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from '@sluice/database';
import { BackOff } from '@sluice/timing';

export interface BatchLaneOptions<Item, Result> {
  /** One statement and one commit for all; results in the order of the items. Rejects with DatabaseError. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** The answer to an item whose own data the database refuses. */
  readonly rejected: (item: Item, error: DatabaseError) => Result;
  readonly maxItems: number;
  /** How long an item may wait, retries included; afterwards it rejects as unavailable and is not tried again. */
  readonly deadlineMs: number;
  /**
   * While batches hold several, the next one waits this long after the last for more; default 0. A lone item after a
   * lone one, or after a pause, goes at once.
   */
  readonly fillMs?: number;
  /** Items of one key never share a batch, and keep their order. Null: no such relation. */
  readonly keyOf: (item: Item) => string | null;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly key: string | null;
  readonly until: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const retries = { firstMs: 50, longestMs: 1000 };

/**
 * Writers of the ledger are serial anyway (one counter row's lock), so while one batch commits the next one gathers:
 * an item that finds the lane idle goes at once, and under load many items share a commit.
 */
export class BatchLane<Item, Result> {
  private queue: Waiting<Item, Result>[] = [];
  private isRunning = false;
  private isStopped = false;
  private fillUntilMs = Number.NEGATIVE_INFINITY;
  private endFilling: (() => void) | null = null;

  constructor(private readonly options: BatchLaneOptions<Item, Result>) {}

  /** Results in the order of the items; rejects with DatabaseError when one could not be carried out in time. */
  add(items: readonly Item[]): Promise<Result[]> {
    const until = Date.now() + this.options.deadlineMs;
    const results = items.map(
      (item) =>
        new Promise<Result>((resolve, reject) =>
          this.queue.push({ item, key: this.options.keyOf(item), until, resolve, reject }),
        ),
    );
    if (this.isFull) this.endFilling?.();
    void this.drain();
    return Promise.all(results);
  }

  /** Nothing waiting and nothing on its way. */
  get isIdle(): boolean {
    return !this.isRunning && this.queue.length === 0;
  }

  /** No more retries: what cannot be carried out now rejects. */
  stop(): void {
    this.isStopped = true;
    this.endFilling?.();
  }

  private async drain(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.queue.length > 0) {
      const leftMs = this.fillUntilMs - performance.now();
      // Without a turn of its own for the usual case: what comes in the same turn would already join.
      if (leftMs > 0 && !this.isFull && !this.isStopped) await this.fill(leftMs);
      const batch = this.take();
      await this.runOrSplit(batch);
      if (batch.length > 1) this.fillUntilMs = performance.now() + (this.options.fillMs ?? 0);
    }
    this.isRunning = false;
  }

  private async fill(leftMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, leftMs);
      this.endFilling = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.endFilling = null;
  }

  private get isFull(): boolean {
    return this.queue.length >= this.options.maxItems;
  }

  private take(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = [];
    const rest: Waiting<Item, Result>[] = [];
    const keys = new Set<string>();
    for (const one of this.queue) {
      const mustWait = batch.length >= this.options.maxItems || (one.key !== null && keys.has(one.key));
      (mustWait ? rest : batch).push(one);
      if (one.key !== null) keys.add(one.key);
    }
    this.queue = rest;
    return batch;
  }

  /** A data error says that one item is bad but not which: halves are tried until it stands alone. */
  private async runOrSplit(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.runInTime(batch);
      batch.forEach((one, index) => one.resolve(results[index] as Result));
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.kind !== 'data')
        return batch.forEach((one) => one.reject(error));
      const [first] = batch;
      if (batch.length === 1 && first !== undefined)
        return first.resolve(this.options.rejected(first.item, error));
      const half = Math.ceil(batch.length / 2);
      await this.runOrSplit(batch.slice(0, half));
      await this.runOrSplit(batch.slice(half));
    }
  }

  private async runInTime(batch: readonly Waiting<Item, Result>[]): Promise<readonly Result[]> {
    const until = Math.min(...batch.map((one) => one.until));
    for (const backOff = new BackOff(retries); ;) {
      if (Date.now() > until)
        throw new DatabaseError('unavailable', null, 'waited too long for the database');
      try {
        return await this.options.run(batch.map((one) => one.item));
      } catch (error) {
        const retryMs = backOff.nextMs();
        const canRetry =
          error instanceof DatabaseError &&
          error.isRetryable &&
          !this.isStopped &&
          Date.now() + retryMs < until;
        if (!canRetry) throw error;
        await delay(retryMs);
      }
    }
  }
}
