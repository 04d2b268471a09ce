import { stat } from 'node:fs/promises';
import { readKeyPair } from './server-key-pair.js';
import type { KeyPair, KeyPairFiles } from './server-key-pair.js';

export interface KeyPairWatch {
  stop(): void;
}

export interface WatchOptions {
  /** The pair in use; without it the first one read is taken to be. */
  readonly current?: KeyPair;
  readonly intervalMs?: number;
  readonly onProblem?: (error: unknown) => void;
}

/**
 * Calls back when the files hold another pair. It looks at the files every `intervalMs` (default 2000) instead of
 * watching them: mounted secrets change by swapping links, which file watchers miss. Files that look the same twice are not
 * read a third time. A pair that does not fit (half replaced) is left for the next look; `onProblem` hears of it once.
 */
export function watchKeyPair(
  files: KeyPairFiles,
  onChange: (pair: KeyPair) => void,
  options: WatchOptions = {},
): KeyPairWatch {
  let current: KeyPair | null = options.current ?? null;
  let hasProblem = false;
  let isLooking = false;
  // Of the last two looks: what was written since within one tick of the file system's clock shows in the next one.
  let seen: readonly string[] = [];

  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      const shape = await shapeOf(files);
      const isKnown = seen.length === 2 && seen.every((one) => one === shape);
      seen = [...seen, shape].slice(-2);
      if (isKnown) return;
      const pair = await readKeyPair(files);
      const isNew = current !== null && (pair.certPem !== current.certPem || pair.keyPem !== current.keyPem);
      current = pair;
      hasProblem = false;
      if (isNew) onChange(pair);
    } catch (error) {
      if (!hasProblem) options.onProblem?.(error);
      hasProblem = true;
    } finally {
      isLooking = false;
    }
  };

  void look();
  const timer = setInterval(() => void look(), options.intervalMs ?? 2000);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

async function shapeOf({ certFile, keyFile }: KeyPairFiles): Promise<string> {
  const found = await Promise.all([certFile, keyFile].map((file) => stat(file).catch(() => null)));
  return found
    .map((one) =>
      one === null ? 'missing' : `${one.dev} ${one.ino} ${one.size} ${one.mtimeMs} ${one.ctimeMs}`,
    )
    .join();
}
