export interface OneStart {
  readonly name: string;
  /** Null: it started, answered and stopped. */
  readonly problem: string | null;
  readonly seconds: number;
}

export interface ManyStarts {
  readonly systems: number;
  /** Side by side at any moment; with 1 they are one after another. */
  readonly together: number;
  /** Starts and stops one system; rejects with what went wrong. */
  readonly run: (name: string) => Promise<void>;
  readonly onEnd: (start: OneStart) => void;
  /** No further system begins. */
  readonly signal?: AbortSignal;
}

/** About 700 MiB when idle, and what a start takes beyond. */
const bytesOfOneSystem = 1024 ** 3;

/** So many as fit into memory, and one at least: a machine that swaps fails starts that are sound. */
export const sideBySide = (wanted: number, availableBytes: number): number =>
  Math.max(1, Math.min(wanted, Math.floor(availableBytes / bytesOfOneSystem)));

/** How long those that started took, from the command to their end. */
export function durations(ended: readonly OneStart[]): { medianSeconds: number; longest: OneStart } | null {
  const sound = ended
    .filter(({ problem }) => problem === null)
    .sort((one, other) => one.seconds - other.seconds);
  const [middle, longest] = [sound[Math.floor(sound.length / 2)], sound.at(-1)];
  if (middle === undefined || longest === undefined) return null;
  return { medianSeconds: middle.seconds, longest };
}

/** As soon as one system has stopped the next begins, so that starts meet stops as well as other starts. */
export async function startMany({ systems, together, run, onEnd, signal }: ManyStarts): Promise<OneStart[]> {
  const names = Array.from({ length: systems }, (_, index) => `system ${index + 1}`);
  const ended: OneStart[] = [];
  const lane = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined && signal?.aborted !== true; name = names.shift()) {
      const startedAt = Date.now();
      const problem = await run(name).then(() => null, reasonOf);
      const one = { name, problem, seconds: Math.round((Date.now() - startedAt) / 1000) };
      ended.push(one);
      onEnd(one);
    }
  };
  await Promise.all(Array.from({ length: Math.min(together, systems) }, lane));
  return ended;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
