import { setTimeout as delay } from 'node:timers/promises';
import { Deadline } from './deadline.js';

export interface PollOptions {
  readonly timeoutMs: number;
  /** Between two looks; default 20 ms. */
  readonly intervalMs?: number;
}

type NotYet = undefined | null | false;
type Ask<Value> = () => Promise<Value | NotYet> | Value | NotYet;

/** Looks until `condition` holds; false when the time is up first. A condition that throws doesn't hold. */
export async function pollUntil(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs, intervalMs = 20 }: PollOptions,
): Promise<boolean> {
  return until(condition, timeoutMs, intervalMs).catch(() => false);
}

/**
 * Asks until there is an answer, and gives it: anything but false, null and undefined. Rejects when the time is up, with what
 * the last question threw as its cause. The default is a deadline against hanging: a busy machine takes a minute to start a service.
 */
export async function until<Value>(ask: Ask<Value>, timeoutMs = 90_000, intervalMs = 20): Promise<Value> {
  const deadline = Deadline.in(timeoutMs);
  for (;;) {
    const { answer, cause } = await answerOf(ask);
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (deadline.isOver) throw new Error(`the condition did not come true within ${timeoutMs} ms`, { cause });
    await delay(intervalMs);
  }
}

async function answerOf<Value>(ask: Ask<Value>): Promise<{ answer?: Value | NotYet; cause?: unknown }> {
  try {
    return { answer: await ask() };
  } catch (cause) {
    return { cause };
  }
}
