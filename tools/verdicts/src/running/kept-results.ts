import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { BuildIdentity } from './build-identity.js';

interface Kept<Result> {
  readonly result: Result;
  /** Null: of a run that did not say. */
  readonly build: BuildIdentity | null;
}

export interface KeepOptions {
  readonly build: BuildIdentity;
  /** Results of other builds count, too. They are named; otherwise they are made again. */
  readonly isAnyBuild: boolean;
}

/** Results of one part of the proof, a line each, so that a run that was stopped can go on. */
export class KeptResults<Result extends object> {
  private readonly found = new Map<string, Kept<Result>>();
  /** Results of other builds that do not count. */
  leftOut = 0;

  constructor(
    private readonly file: string,
    private readonly options: KeepOptions,
  ) {
    mkdirSync(path.dirname(file), { recursive: true });
    if (existsSync(file)) this.read();
  }

  /** To be made again. */
  forget(keys: readonly string[] | 'all'): void {
    if (keys === 'all') {
      this.found.clear();
      this.leftOut = 0;
      rmSync(this.file, { force: true });
    } else for (const key of keys) this.found.delete(key);
  }

  get all(): readonly Result[] {
    return [...this.found.values()].map(({ result }) => result);
  }

  /** How many results came from which build. */
  get builds(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { build } of this.found.values()) {
      const text = build?.text ?? 'an unknown build';
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return counts;
  }

  has(key: string): boolean {
    return this.found.has(key);
  }

  add(key: string, result: Result): void {
    const { build } = this.options;
    this.found.set(key, { result, build });
    appendFileSync(this.file, `${JSON.stringify([key, result, build])}\n`);
  }

  private read(): void {
    const others = new Set<string>();
    for (const [key, kept] of this.lines()) {
      const isCounted = this.options.isAnyBuild || kept.build?.hash === this.options.build.hash;
      if (isCounted) this.found.set(key, kept);
      else others.add(key);
    }
    this.leftOut = [...others].filter((key) => !this.found.has(key)).length;
  }

  /** The last line may have been cut when the run was stopped. */
  private *lines(): Generator<[string, Kept<Result>]> {
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      try {
        const [key, result, build = null] = JSON.parse(line) as [string, Result, (BuildIdentity | null)?];
        yield [key, { result, build }];
      } catch {
        continue;
      }
    }
  }
}
