import type { Outcome } from './open-message.js';

export interface HoldOptions {
  readonly progressMs: number;
  readonly holdMs: number;
  /** Aborted when the MTA is gone. */
  readonly gone: AbortSignal;
  sendProgress(): void;
}

export type Held = Outcome | { readonly kind: 'gone' } | { readonly kind: 'too-slow' };

/** Waits for a decision while the MTA does, and shows it a sign of life in between: each starts its time limit again. */
export async function awaitOutcome(
  outcome: Promise<Outcome>,
  { progressMs, holdMs, gone, sendProgress }: HoldOptions,
): Promise<Held> {
  if (gone.aborted) return { kind: 'gone' };
  const progress = setInterval(sendProgress, progressMs);
  let hold: NodeJS.Timeout | undefined;
  let leave: (() => void) | undefined;
  const end = new Promise<Held>((resolve) => {
    hold = setTimeout(resolve, holdMs, { kind: 'too-slow' });
    leave = () => resolve({ kind: 'gone' });
    gone.addEventListener('abort', leave);
  });
  try {
    const first = await Promise.race([outcome, end]);
    // A handler that is told of the end fails of it in the same moment.
    return gone.aborted ? { kind: 'gone' } : first;
  } finally {
    clearInterval(progress);
    clearTimeout(hold);
    if (leave !== undefined) gone.removeEventListener('abort', leave);
  }
}
