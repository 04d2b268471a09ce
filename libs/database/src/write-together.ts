/** Writes a batch, and answers what each of its items is to be told. */
export type WriteBatch<Item, Result> = (items: readonly Item[]) => Promise<(item: Item) => Result>;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** While one batch is being written the next items gather, and share a commit. */
export class WriteTogether<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private isWriting = false;

  constructor(private readonly writeBatch: WriteBatch<Item, Result>) {}

  /** Rejects with what the batch of this item alone rejects with. */
  write(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      void this.drain();
    });
  }

  /** Never rejects. */
  private async drain(): Promise<void> {
    if (this.isWriting) return;
    this.isWriting = true;
    while (this.waiting.length > 0) await this.writeAll(this.waiting.splice(0));
    this.isWriting = false;
  }

  private async writeAll(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const resultOf = await this.writeBatch(batch.map(({ item }) => item));
      for (const { item, resolve } of batch) resolve(resultOf(item));
    } catch (error) {
      // One that the database does not take must not have the others written, or sent, again.
      if (batch.length > 1) for (const one of batch) await this.writeAll([one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
