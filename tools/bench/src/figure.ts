/** One line of the table. */
export interface Measurement {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, in the same unit; null: the value stands alone. */
  readonly floor: number | null;
  readonly floorName: string | null;
  /** What counts: value by floor, or the value itself. */
  readonly score: number;
  /** Null: reported only. */
  readonly target: { readonly sign: '≥' | '≤' | '>'; readonly limit: number } | null;
  /** Every run, and what else helps to understand it. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Figure {
  /** As it is asked for on the command line. */
  readonly name: string;
  readonly title: string;
  run(bench: BenchContext): Promise<Measurement[]>;
}

export interface BenchContext {
  /** The repository. */
  readonly root: string;
  /** Fewer and shorter runs, to see that everything works. */
  readonly isQuick: boolean;
  log(line: string): void;
}

export function isReached({ score, target }: Measurement): boolean | null {
  if (target === null) return null;
  if (target.sign === '≥') return score >= target.limit;
  return target.sign === '≤' ? score <= target.limit : score > target.limit;
}
