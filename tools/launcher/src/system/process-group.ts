import type { PrivateServerOptions, SupervisedProcess } from '@sluice/private-servers';

/** Something of one or more processes that stops as one. */
export interface Part {
  readonly processes: readonly SupervisedProcess[];
  stop(): Promise<void>;
}

/** What stops together. */
export interface Rank {
  add(part: Part): void;
}

/** All parts of one system: stopped in the reverse of the order they were started in. */
export class ProcessGroup {
  readonly #parts: Part[][] = [];
  #stopping: Promise<void> = Promise.resolve();

  constructor(readonly serverOptions: PrivateServerOptions) {}

  get processes(): SupervisedProcess[] {
    return this.#parts.flat().flatMap((part) => part.processes);
  }

  /**
   * What is added to it stops together, before what is in earlier ones; several may be filled at the same time. Until the
   * next call `add` adds to it as well.
   */
  nextRank(): Rank {
    const rank: Part[] = [];
    this.#parts.push(rank);
    return { add: (part) => void rank.push(part) };
  }

  add(part: Part): void {
    if (this.#parts.length === 0) this.nextRank();
    this.#parts.at(-1)?.push(part);
  }

  /** One that never got up: nothing of it runs. */
  remove(part: Part): void {
    for (const rank of this.#parts) {
      const place = rank.indexOf(part);
      if (place >= 0) rank.splice(place, 1);
    }
  }

  /** May be called more than once, and at once: each call resolves when all is down. */
  stop(): Promise<void> {
    this.#stopping = this.#stopping.then(() => this.#stopAll());
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (let rank = this.#parts.pop(); rank !== undefined; rank = this.#parts.pop()) {
      await Promise.all(rank.map((part) => part.stop()));
    }
  }
}
