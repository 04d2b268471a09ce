import { setTimeout as pause } from 'node:timers/promises';

export interface Load {
  readonly done: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Answers other than what was wanted, by what they were. */
  readonly failures: ReadonlyMap<string, number>;
}

type Call = () => Promise<{ readonly status: number }>;

/** Every caller calls again as soon as it was answered, until the time is over. */
export async function driveFor(durationMs: number, callers: readonly Call[]): Promise<Load> {
  const endMs = performance.now() + durationMs;
  return drive(callers, () => performance.now() < endMs);
}

/** The same, until so many calls were made in all. */
export async function driveCount(count: number, callers: readonly Call[]): Promise<Load> {
  let left = count;
  return drive(callers, () => (left -= 1) >= 0);
}

/** So many calls, one after the other at this pace, each by a caller that is free; late ones are made up for. */
export async function drivePaced(count: number, perSecond: number, callers: readonly Call[]): Promise<Load> {
  const startedMs = performance.now();
  let due = 0;
  const inTurn = callers.map((call) => async () => {
    const leftMs = startedMs + (due * 1000) / perSecond - performance.now();
    due += 1;
    if (leftMs > 0) await pause(leftMs);
    return call();
  });
  return driveCount(count, inTurn);
}

async function drive(callers: readonly Call[], mayGoOn: () => boolean): Promise<Load> {
  const startedMs = performance.now();
  const failures = new Map<string, number>();
  let done = 0;
  const note = (what: string): void => void failures.set(what, (failures.get(what) ?? 0) + 1);
  const goOn = async (call: Call): Promise<void> => {
    while (mayGoOn()) {
      try {
        const { status } = await call();
        if (status === 200) done += 1;
        else note(String(status));
      } catch (error) {
        note((error as Error).message);
      }
    }
  };
  await Promise.all(callers.map(goOn));
  const seconds = (performance.now() - startedMs) / 1000;
  return { done, seconds, perSecond: done / seconds, failures };
}

/** A benchmark of failures says nothing. */
export function mustSucceed(load: Load): Load {
  if (load.failures.size === 0) return load;
  throw new Error(`calls failed: ${JSON.stringify(Object.fromEntries(load.failures))}`);
}
